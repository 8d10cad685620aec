"""The frozen trunk compiled by OpenVINO: on a CPU the features of PyTorch, in less than half of its time."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from importlib import metadata
from types import ModuleType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from lipcore.model.efficientnet import TAPPED, Block, EfficientNetLite, SameConv2d

if TYPE_CHECKING:  # imported when the trunk is compiled
    from openvino import InferRequest, Model, Node

log = logging.getLogger(__name__)
SWITCH = "LIP_TRUNK"  # environment variable
PYTORCH = "pytorch"  # its value that leaves the trunk to PyTorch; else OpenVINO runs it, where that is installed


class CompiledTrunk:
    """What OpenVINO made of an `EfficientNetLite`: in memory, at first use, and again when anything about it changes.

    What it made for another number of threads is kept, since propagation and tuning take turns. Takes images of any
    number and size. May be called from several threads, which wait for one another. A copy, also one by pickling, is
    empty and compiles for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[int, InferRequest] = {}  # by number of threads
        self._made_for: tuple[object, ...] = ()
        self._failed = False

    def __reduce__(self) -> tuple[type[CompiledTrunk], tuple[()]]:
        return CompiledTrunk, ()

    def __call__(self, body: nn.Module, images: Tensor) -> list[Tensor] | None:
        """What `body` gives for normalised images (B, 3, H, W) float32 on the CPU; None where PyTorch must do it.

        That is where gradients are wanted, on a GPU, where OpenVINO is missing or fails, and where `SWITCH` says so.
        """
        if not isinstance(body, EfficientNetLite) or self._failed or os.environ.get(SWITCH) == PYTORCH:
            return None
        if images.device.type != "cpu" or images.requires_grad:
            return None
        weights = tuple(body.parameters())
        if torch.is_grad_enabled() and any(value.requires_grad for value in weights):
            return None
        half = torch.is_autocast_enabled("cpu")
        threads, made_for = torch.get_num_threads(), (half, *((value.data_ptr(), value._version) for value in weights))
        with self._lock:
            try:
                if made_for != self._made_for:
                    self._requests, self._made_for = {}, made_for
                if threads not in self._requests:
                    self._requests[threads] = _compiled(body, half)
                request = self._requests[threads]
                request.infer([images.detach().contiguous().numpy()], share_inputs=True)
                found = [torch.from_numpy(tensor.data).clone() for tensor in request.output_tensors]
            except (ImportError, OSError, RuntimeError, AttributeError, TypeError, ValueError) as error:
                self._failed = True
                if not isinstance(error, ModuleNotFoundError):
                    log.warning("OpenVINO cannot run the trunk, PyTorch does: %s", error)
                return None
        return found


def trunk_engine() -> str:
    """What runs the frozen trunk on a CPU, in words, and why if it is not OpenVINO. Does not import OpenVINO."""
    if os.environ.get(SWITCH) == PYTORCH:
        return f"PyTorch ({SWITCH}={PYTORCH})"
    try:
        return f"OpenVINO {metadata.version('openvino')}"
    except metadata.PackageNotFoundError:
        return "PyTorch (OpenVINO is not installed)"


def _compiled(body: EfficientNetLite, half: bool) -> InferRequest:
    """A request for inference that takes images and gives the four levels; in bfloat16 if `half`."""
    openvino = _openvino()
    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "ENABLE_CPU_PINNING": False,  # PyTorch's threads want the same cores
    }
    return openvino.Core().compile_model(_model(body), "CPU", options).create_infer_request()


def _openvino() -> ModuleType:
    """The library, imported without the part that would tell its makers of every import."""
    if "openvino" in sys.modules:
        return importlib.import_module("openvino")
    reporting = "openvino_telemetry"
    before = sys.modules.get(reporting)
    sys.modules[reporting] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("openvino")
    finally:
        del sys.modules[reporting]
        if before is not None:
            sys.modules[reporting] = before


def _model(body: EfficientNetLite) -> Model:
    """The trunk as a model of OpenVINO's, for images of any number and size."""
    openvino = _openvino()
    ops = importlib.import_module("openvino.opset13")

    def filtered(x: Node, layer: SameConv2d) -> Node:
        weight = layer.weight.detach().numpy()
        bias = ops.constant(layer.bias.detach().view(1, -1, 1, 1).numpy())  # type: ignore[union-attr]
        rest = (list(layer.stride), [0, 0], [0, 0], [1, 1], "same_upper")
        if layer.groups == 1:
            return ops.add(ops.convolution(x, ops.constant(weight), *rest), bias)
        grouped = ops.constant(weight.reshape(layer.groups, -1, *weight.shape[1:]))
        return ops.add(ops.group_convolution(x, grouped, *rest), bias)

    def relu6(x: Node) -> Node:
        return ops.clamp(x, 0.0, 6.0)

    images = ops.parameter(openvino.PartialShape([-1, 3, -1, -1]), openvino.Type.f32)
    x = relu6(filtered(images, body.stem))
    levels = []
    for number, block in enumerate(body.blocks):
        assert isinstance(block, Block)
        wide = relu6(filtered(x, block.expand)) if block.expand is not None else x
        y = filtered(relu6(filtered(wide, block.depthwise)), block.project)
        x = ops.add(x, y) if block.residual else y
        if number in TAPPED:
            levels.append(x)
    return openvino.Model([level.output(0) for level in levels], [images])
