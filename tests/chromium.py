"""Pytest plugin: the browser tests use the machine's Chromium, or say why they were skipped.

With `CI=true` or `EXIGIR_NAVEGADOR=1` a missing Chromium is an error instead of a skip.
"""

import os
import shutil

import pytest

USUAIS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MOTIVO = (
    "sem Chromium nesta máquina: instale-o (apt install chromium) ou diga onde está em CHROMIUM_BIN"
)


def caminho_do_chromium() -> str | None:
    """Return the browser's path: `CHROMIUM_BIN`, else the first of the usual places, else None."""
    candidatos = (os.environ.get("CHROMIUM_BIN"), *USUAIS)
    return next((achado for c in candidatos if c and (achado := shutil.which(c))), None)


def exigido() -> bool:
    """Return whether a machine without Chromium must fail."""
    return os.environ.get("CI") == "true" or os.environ.get("EXIGIR_NAVEGADOR") == "1"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "navegador: needs a real Chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests, or refuse to run, where there is no Chromium."""
    do_navegador = [item for item in items if item.get_closest_marker("navegador")]
    if not do_navegador or caminho_do_chromium():
        return
    if exigido():
        raise pytest.UsageError(MOTIVO)
    for item in do_navegador:
        item.add_marker(pytest.mark.skip(reason=MOTIVO))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where the browser is required, a browser test that skips itself counts as a failure."""
    if report.skipped and "navegador" in report.keywords and exigido():
        report.outcome = "failed"
        report.longrepr = f"teste de navegador pulado onde ele é exigido: {report.longrepr}"


def ao_lancar() -> dict:
    """Launch arguments of Playwright: this Chromium, also as root and in containers."""
    return {
        "executable_path": caminho_do_chromium(),
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """What pytest-playwright launches with."""
    return ao_lancar()


@pytest.fixture(scope="session")
def browser_context_args() -> dict:
    """Every page: Brazilian Portuguese, São Paulo's clock, the common city-hall screen."""
    return {
        "locale": "pt-BR",
        "timezone_id": "America/Sao_Paulo",
        "viewport": {"width": 1366, "height": 768},
    }
