"""The compiled trunk: PyTorch's features, whatever the size; PyTorch itself where OpenVINO is missing or fails."""

from __future__ import annotations

import copy
import importlib.util
import logging
import os
import pickle
import platform
import subprocess
import sys
import types

import pytest
import torch
from torch import Tensor

from lipcore.machine.processor import PLAIN_CPU
from lipcore.model.backbone import Backbone
from lipcore.model.compiled import PYTORCH, SWITCH, CompiledTrunk, trunk_engine
from lipcore.model.efficientnet import EfficientNetLite

TOLERANCE = 1e-4  # of a feature, as a share of the level's largest


def needs_openvino() -> None:
    """Skip a test where the library has no wheel; does not import it, which is for LIP to do."""
    if importlib.util.find_spec("openvino") is None:
        pytest.skip("OpenVINO is not installed")


@pytest.fixture
def body() -> EfficientNetLite:
    torch.manual_seed(0)
    made = EfficientNetLite().requires_grad_(False)
    for value in made.parameters():  # far enough from zero for every clamp to matter
        value.copy_(torch.randn_like(value) * (2 / max(value[0].numel(), 1)) ** 0.5 if value.ndim > 1 else 0.1)
    return made


def assert_same(found: list[Tensor] | None, wanted: list[Tensor]) -> None:
    assert found is not None
    for mine, theirs in zip(found, wanted, strict=True):
        assert mine.shape == theirs.shape
        largest = float(theirs.abs().max())
        assert largest > 0.01
        assert float((mine - theirs).abs().max()) <= TOLERANCE * largest


@pytest.mark.parametrize("shape", [(1, 64, 96), (3, 32, 32), (2, 96, 64)])
def test_features_are_those_of_pytorch_at_every_size(body: EfficientNetLite, shape: tuple[int, int, int]) -> None:
    needs_openvino()
    compiled = CompiledTrunk()
    for seed in (1, 2):  # what was given the first time is left alone by the second
        images = torch.randn(shape[0], 3, *shape[1:], generator=torch.Generator().manual_seed(seed))
        found = compiled(body, images)
        assert_same(found, body(images))
        if seed == 1:
            kept = found
            first = body(images)
    assert_same(kept, first)


def test_other_weights_are_compiled_anew_and_copies_compile_for_themselves(body: EfficientNetLite) -> None:
    needs_openvino()
    compiled, images = CompiledTrunk(), torch.randn(1, 3, 32, 32)
    before = body(images)
    assert_same(compiled(body, images), before)
    for other in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
        assert_same(other(body, images), before)
    body.stem.weight.mul_(1.5)
    assert not torch.allclose(body(images)[0], before[0], rtol=0.01)
    assert_same(compiled(body, images), body(images))


def test_half_precision_is_close(body: EfficientNetLite) -> None:
    """Under autocast the trunk may be rounded as PyTorch's is; tensors stay float32."""
    needs_openvino()
    images = torch.randn(1, 3, 64, 64)
    with torch.autocast("cpu", torch.bfloat16):
        found = CompiledTrunk()(body, images)
    assert found is not None
    for mine, theirs in zip(found, body(images), strict=True):
        assert mine.dtype == torch.float32
        assert float((mine - theirs).abs().mean()) < 0.05 * float(theirs.abs().mean())


def test_the_library_reports_nothing_to_its_makers() -> None:
    """Its package tells them of every import, in a thread of its own, unless it finds nothing to tell them by."""
    needs_openvino()
    code = (
        "import sys, threading, torch\n"
        "from lipcore.model.compiled import CompiledTrunk\n"
        "from lipcore.model.efficientnet import EfficientNetLite\n"
        "compiled, body = CompiledTrunk(), EfficientNetLite().requires_grad_(False)\n"
        "assert 'openvino' not in sys.modules\n"
        "assert compiled(body, torch.rand(1, 3, 32, 32)) is not None\n"
        "assert 'openvino' in sys.modules\n"
        "print([name for name in sys.modules if 'openvino_telemetry' in name], threading.active_count())\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "[] 1\n"


def test_a_plain_cpu_convolves_with_avx2_alone() -> None:
    """What `--plain-cpu` sets holds the oneDNN inside OpenVINO, which names the code it runs for every layer."""
    needs_openvino()
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("no processor with AVX2")
    code = (
        "from lipcore.model.compiled import _compiled\n"
        "from lipcore.model.efficientnet import EfficientNetLite\n"
        "request = _compiled(EfficientNetLite().requires_grad_(False), half=False)\n"
        "nodes = [node.get_rt_info() for node in request.get_compiled_model().get_runtime_model().get_ops()]\n"
        "print(*{str(node['primitiveType'].value) for node in nodes if node['layerType'].value == 'Convolution'})\n"
    )
    environment = {**os.environ, **PLAIN_CPU}
    held = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert {name.split("_")[1] for name in held.stdout.split()} == {"avx2"}


def test_pytorch_does_it_where_the_library_is_missing(
    body: EfficientNetLite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    images = torch.rand(1, 3, 50, 70)
    assert CompiledTrunk()(body, images) is None
    backbone = Backbone("efficientnet-lite0", 16).eval()
    with torch.no_grad():
        alone = backbone(images)
        assert backbone.compiled is not None
        for level, theirs in zip(alone.trunk, backbone.body(pad(backbone, images)), strict=True):
            torch.testing.assert_close(level, theirs, rtol=0, atol=0)
    assert not caplog.records


def test_pytorch_does_it_where_the_library_fails_and_says_so_once(
    body: EfficientNetLite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Core:
        def compile_model(self, *_: object) -> object:
            raise RuntimeError("no such instruction")

    needs_openvino()
    compiled = CompiledTrunk()
    assert compiled(body, torch.rand(1, 3, 32, 32)) is not None
    monkeypatch.setattr("openvino.Core", Core)
    body.stem.weight.mul_(2)
    with caplog.at_level(logging.WARNING):
        assert compiled(body, torch.rand(1, 3, 32, 32)) is None
        assert compiled(body, torch.rand(1, 3, 32, 32)) is None
    assert [record.message for record in caplog.records] == [
        "OpenVINO cannot run the trunk, PyTorch does: no such instruction"
    ]


def test_what_is_no_work_for_it(body: EfficientNetLite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradients, a trunk that is being trained, other trunks, and where one says so."""
    compiled, images = CompiledTrunk(), torch.rand(1, 3, 32, 32)
    assert compiled(body, images.clone().requires_grad_()) is None
    assert compiled(torch.nn.Identity(), images) is None
    assert compiled(body.requires_grad_(True), images) is None
    body.requires_grad_(False)
    monkeypatch.setenv(SWITCH, PYTORCH)
    assert compiled(body, images) is None
    assert trunk_engine() == "PyTorch (LIP_TRUNK=pytorch)"
    monkeypatch.delenv(SWITCH)
    assert trunk_engine().startswith(("OpenVINO 2", "PyTorch (OpenVINO is not"))


def test_threads_are_those_of_pytorch(body: EfficientNetLite, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def compile_model(_: object, __: object, ___: str, options: dict[str, object]) -> object:
        asked.append(options)
        return types.SimpleNamespace(create_infer_request=lambda: types.SimpleNamespace(infer=None))

    needs_openvino()
    compiled = CompiledTrunk()
    assert compiled(body, torch.rand(1, 3, 32, 32)) is not None
    monkeypatch.setattr("openvino.Core.compile_model", compile_model)
    body.stem.weight.mul_(2)
    compiled(body, torch.rand(1, 3, 32, 32))
    assert asked[0]["INFERENCE_NUM_THREADS"] == torch.get_num_threads()


def test_other_threads_get_their_own_and_it_is_kept(body: EfficientNetLite, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_openvino()
    compiled, images, before = CompiledTrunk(), torch.rand(1, 3, 32, 32), torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            assert_same(compiled(body, images), body(images))
        monkeypatch.setattr("openvino.Core.compile_model", None)  # nothing is compiled again
        for threads in (1, 2):
            torch.set_num_threads(threads)
            assert_same(compiled(body, images), body(images))
    finally:
        torch.set_num_threads(before)


def pad(backbone: Backbone, images: Tensor) -> Tensor:
    """Images as the trunk is given them: normalised, and zeros to the next multiple of 32."""
    normal = (images - backbone.mean) / backbone.deviation
    padded = torch.nn.functional.pad(normal, (0, -images.shape[3] % 32, 0, -images.shape[2] % 32))
    return padded.contiguous(memory_format=torch.channels_last)
