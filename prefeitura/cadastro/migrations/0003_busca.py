"""The function that search indexes are made of, and the first of them: names of citizens."""

import unicodedata

import django.contrib.postgres.indexes
from django.db import migrations

import prefeitura.banco.busca

# Written out here, as the indexes were built with it; prefeitura/banco/busca.py must agree.
LETRAS = {
    letra: base.lower()
    for letra in map(chr, range(0xC0, 0x250))
    if (base := unicodedata.normalize("NFD", letra)[0]) < "\x80" and base.isalpha()
}

# The parser would take "laudo_2026.pdf" for one word, and "-7" for a negative number.
SEPARAM = "._/-@+:"

# A tsvector holds one megabyte, and a text that does not fit would refuse the whole row.
FUNCAO = f"""
CREATE FUNCTION para_busca(texto text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(translate(normalize(left(texto, 100000), NFC),
             '{"".join(LETRAS)}{SEPARAM}', '{"".join(LETRAS.values())}{" " * len(SEPARAM)}'))
"""


class Migration(migrations.Migration):
    dependencies = [("cadastro", "0002_autorizacao_e_aviso_por_email")]

    operations = [
        migrations.RunSQL(FUNCAO, "DROP FUNCTION para_busca(text)"),
        migrations.AddIndex(
            model_name="cidadao",
            index=django.contrib.postgres.indexes.GinIndex(
                prefeitura.banco.busca.Vetor(
                    "nome", "nome_no_whatsapp", "username", config="simple"
                ),
                name="cidadao_busca",
            ),
        ),
    ]
