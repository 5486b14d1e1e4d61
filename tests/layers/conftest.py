"""Every test of a recurrent layer holds in every layout of its steps."""

from collections.abc import Iterator

import pytest

LAYOUTS = ["features_last", "features_first"]  # not imported: TensorFlow is slow to come


@pytest.fixture(scope="module", params=LAYOUTS)
def each_layout(request: pytest.FixtureRequest) -> Iterator[str]:
    from rnnkit.layers.kernel_layer import KernelLayer
    from rnnkit.layers.layout import LAYOUTS

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KernelLayer, "layout", LAYOUTS[request.param])
        yield request.param
