"""The searchable words of messages, kept beside them, and of notes."""

import django.contrib.postgres.indexes
from django.db import migrations

import prefeitura.banco.busca

# No field of the model: see VetorGuardado.
COLUNA = """
ALTER TABLE atendimento_mensagem ADD COLUMN palavras tsvector
GENERATED ALWAYS AS (to_tsvector('portuguese', para_busca(texto))) STORED
"""
INDICE = "CREATE INDEX mensagem_busca ON atendimento_mensagem USING gin (palavras)"


class Migration(migrations.Migration):
    dependencies = [
        ("atendimento", "0006_resposta_pronta"),
        ("cadastro", "0003_busca"),
        ("whatsapp", "0006_busca"),
    ]

    operations = [
        migrations.RunSQL(COLUNA, "ALTER TABLE atendimento_mensagem DROP COLUMN palavras"),
        migrations.RunSQL(INDICE, "DROP INDEX mensagem_busca"),
        migrations.AddIndex(
            model_name="atendimento",
            index=django.contrib.postgres.indexes.GinIndex(
                prefeitura.banco.busca.Vetor("protocolo", config="simple"),
                name="atendimento_protocolo_busca",
            ),
        ),
        migrations.AddIndex(
            model_name="nota",
            index=django.contrib.postgres.indexes.GinIndex(
                prefeitura.banco.busca.Vetor("texto"), name="nota_busca"
            ),
        ),
    ]
