"""One photo in a process of its own: what a person's script does from `python script.py` on. Its one argument is JSON."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "test/golden"))

from architectures import ARCHITECTURES  # noqa: E402
from folder_loop import explain_folder, opencv_overlay  # noqa: E402
from references import with_torch_relus  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

task = json.loads(sys.argv[1])
model = with_torch_relus(ARCHITECTURES[task["architecture"]](task["classes"]))
model.load_state_dict(load_file(task["weights"]), strict=False)
model.eval()
layer = model.get_submodule(task["layer"])
explain_folder(model, layer, task["photos"], task["out"], opencv_overlay, task["preprocessing"])
