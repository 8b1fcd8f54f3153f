#!/bin/sh
# Make .venv hold exactly what requirements/<nome>.txt locks; do nothing when it already does.
#   sh requirements/preparar.sh demo|teste
# Every refusal is one sentence that says what to do.
set -eu

nome=$1
trava=requirements/$nome.txt
minimo_mb=800

dizer() { printf '%s\n' "$*"; }
parar() { printf '%s\n' "$*" >&2; exit 1; }

serve() { # a Python that runs and is recent enough (a shim of a version manager may do neither)
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

resumo() { # changes whenever the lock changes
    cksum <"$1" | tr ' ' '-'
}

marca=.venv/.$nome-$(resumo "$trava")
# The test lock contains the demo's, version by version.
marca_maior=.venv/.teste-$(resumo requirements/teste.txt)
if [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null; then
    if [ -e "$marca" ] || [ -e "$marca_maior" ]; then exit 0; fi
fi

livre=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
[ "$livre" -ge "$minimo_mb" ] ||
    parar "Espaço em disco insuficiente: há $livre MB livres aqui e a instalação precisa de $minimo_mb MB. Libere espaço e tente de novo."

if ! { [ -x .venv/bin/python ] && serve .venv/bin/python; }; then
    python=
    for candidato in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if serve "$candidato"; then python=$candidato; break; fi
    done
    [ -n "$python" ] ||
        parar "Não encontrei o Python 3.11 ou mais novo. Instale-o (Debian, Ubuntu: sudo apt install python3 python3-venv) ou diga onde está: make $nome PYTHON=/caminho/do/python3"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        parar "Falta o módulo venv do Python. No Debian ou Ubuntu: sudo apt install python3-venv"
    dizer "Criando o ambiente .venv com $("$python" --version)…"
    rm -rf .venv
    "$python" -m venv .venv || parar "Não consegui criar .venv. Confira se esta pasta permite gravar arquivos e se há espaço em disco."
fi

dizer "Instalando as dependências conferidas por hash (na primeira vez, um ou dois minutos)…"
registro=.venv/instalacao.log
.venv/bin/python -m pip install --no-input --disable-pip-version-check --require-hashes \
    -r "$trava" >"$registro" 2>&1 &
pip=$!
trap 'kill "$pip" 2>/dev/null; exit 143' TERM INT HUP # the shell alone would leave it behind
wait "$pip" || {
    tail -n 3 "$registro" >&2
    parar "A instalação das dependências falhou. Confira a conexão com a internet (ou o proxy do pip) e rode o mesmo comando de novo. O registro inteiro está em $registro"
}
rm -f .venv/."$nome"-*
: >"$marca"
