# The commands of CONTRACT.md. Variables: PORT, DADOS, CIDADE (demo); T (test, tortura, bench: what to run); SIM (reset).
PORT ?= 8000
DADOS ?= .dados
CIDADE ?= demo
T ?=
export PORT DADOS CIDADE
PY := .venv/bin/python

.DEFAULT_GOAL := ajuda
.PHONY: ajuda demo test tortura bench lint formatar auditar reset trancar ambiente-demo ambiente-teste

ajuda:
	@echo 'make demo     inicia a demonstração em http://127.0.0.1:$(PORT)'
	@echo 'make test     roda todos os testes'
	@echo 'make tortura  prova cada garantia por muito tempo, com mortes e falhas (uma hora; T="G7 G12": só essas)'
	@echo 'make bench    mede a velocidade, ao lado do teto da máquina (T="webhook entrada": só essas)'
	@echo 'make lint     confere estilo, camadas, migrações e configuração'
	@echo 'make auditar  pergunta ao serviço público de avisos pelas bibliotecas travadas'
	@echo 'make reset    para a demonstração e apaga os dados dela ($(DADOS))'

ambiente-demo:
	@sh requirements/preparar.sh demo

ambiente-teste:
	@sh requirements/preparar.sh teste

# The recipe ends in exec: the supervisor itself receives the signal that ends the demo.
demo: ambiente-demo
	@exec $(PY) -m prefeitura.ambiente.demo

# All of them: one process per core. Some of them (T): in this process, where a debugger works.
test: ambiente-teste
	@exec $(PY) -m pytest $(if $(strip $(T)),$(T),-n logical)

# The same tests run long: one line and one set of figures for each guarantee, in test-results/.
tortura: ambiente-teste
	@exec $(PY) -m tests.tortura $(T)

# Each figure of speed beside its ceiling, measured in turns; the exit code says whether all goals are met.
bench: ambiente-teste
	@exec $(PY) -m benchmarks $(T)

# Throw-away production settings: nothing is listening at these addresses, nothing needs to.
PRODUCAO = MODO=producao DATABASE_URL=postgresql://lint@127.0.0.1:1/lint REDIS_URL=redis://127.0.0.1:1/0 \
	ALLOWED_HOSTS=atendimento.exemplo.gov.br CSRF_TRUSTED_ORIGINS=https://atendimento.exemplo.gov.br \
	WHATSAPP_APP_SECRET=so-para-conferir WHATSAPP_VERIFY_TOKEN=so-para-conferir \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	FIELD_ENCRYPTION_KEY=$$($(PY) -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')
lint: ambiente-teste
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --check templates
	$(PY) -m djlint --lint templates
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	@echo 'makemigrations --check'; $(PRODUCAO) $(PY) -W ignore manage.py makemigrations --check --dry-run
	@echo 'check --deploy'; $(PRODUCAO) $(PY) manage.py check --deploy --fail-level WARNING

formatar: ambiente-teste
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet . ; $(PY) -m djlint --quiet --reformat templates

# Not in lint: it asks a service of others, which may be out of reach.
auditar: ambiente-demo
	@exec $(PY) requirements/auditar.py

# Needs nothing installed: whatever Python is there.
reset:
	@if [ -x $(PY) ]; then exec $(PY) -m prefeitura.ambiente.limpar; else exec python3 -m prefeitura.ambiente.limpar; fi

# Writes the locks anew, with hashes and without registry addresses; each contains the one before it.
UV = $(PY) -m uv pip compile pyproject.toml --upgrade --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --no-header --quiet
trancar: ambiente-teste
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(UV) -o requirements/producao.txt
	$(UV) --extra demo -c requirements/producao.txt -o requirements/demo.txt
	$(UV) --extra teste -c requirements/demo.txt -o requirements/teste.txt
