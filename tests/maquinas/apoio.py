"""How long a machine runs."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.falhas.medida import LONGA, tamanho


def rodar(criar, *, historias: tuple[int, int], passos: int = 25) -> None:
    """Run the machine that `criar()` makes, in its short or its long form.

    Args:
        historias: how many histories (short form, long form), of up to `passos` steps each.
    """
    run_state_machine_as_test(
        criar,
        settings=settings(
            max_examples=tamanho(*historias),
            stateful_step_count=passos,
            deadline=None,
            derandomize=not LONGA,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
