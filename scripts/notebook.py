"""Executes a notebook and writes it as .ipynb and .html: notebook.py PROCESS, the one that starts it.

Reads one JSON object on stdin, writes JSON lines on stdout.
"""

import asyncio
import base64
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

LAST_CELL = """await new Promise((resolve) => setTimeout(resolve, 100));
console.log(JSON.stringify((globalThis as { whylightFloatingErrors?: unknown }).whylightFloatingErrors ?? []));"""
ANSI = re.compile(r"\x1b\[[0-9;]*m")


# Mathematics in a markdown cell, but not in code spans and fences.
MATH = re.compile(r"(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\w)", re.DOTALL)


def math_place(found):
    """A place for an equation, which is set after the export, where KaTeX is."""
    code, display, inline = found.groups()
    if code is not None:
        return code
    text = base64.b64encode((display or inline).strip().encode()).decode()
    return f'<span data-equation="{text}" data-mode="{"display" if display else "inline"}"></span>'


def title_of(notebook):
    """The first heading, if the notebook begins with one."""
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    found = re.match(r"\s*#+\s+(.+)", first)
    return re.sub(r"[*_`$]", "", found.group(1)).strip() if found else None


def say(**event):
    print(json.dumps(event), flush=True)


def text_of(cell, kinds=("stderr", "stdout")):
    return ANSI.sub("", "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name in kinds))


def first_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "the cell failed without a message"


def inject(notebook, parameters):
    """Puts the given values behind the cell tagged `parameters`, as papermill does."""
    if not parameters:
        return
    tagged = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    if not tagged:
        raise ValueError("the notebook has no cell tagged `parameters`, so it takes none")
    source = notebook.cells[tagged[0]].source
    known = re.findall(r"(?:const|let|var)\s+(\w+)", source)
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise ValueError(f"unknown parameter: {unknown[0]} (this notebook has: {', '.join(known)})")
    # The declarations themselves are changed, so that each keeps its place and its type.
    for name, value in parameters.items():
        pattern = re.compile(rf"((?:const|let|var)\s+{name}\b[^=]*=\s*)([^;\n]*)")
        source = pattern.sub(lambda m, value=value: m.group(1) + json.dumps(value), source, count=1)
    notebook.cells[tagged[0]].source = source


def numbered(text):
    """The same notebook gives the same bytes: figures are told apart by their number instead of by chance."""
    names = {}
    place = re.compile(r"\bfigure-[0-9a-f]{12}\b")
    return place.sub(lambda found: names.setdefault(found.group(), f"figure-{len(names) + 1}"), text)


def started_before(notebook, numbers, moment):
    """The number of the cell that ran, or had run last, at a moment."""
    number = 1
    for index in numbers:
        busy = notebook.cells[index].metadata.get("execution", {}).get("iopub.status.busy")
        if busy and datetime.fromisoformat(busy.replace("Z", "+00:00")).timestamp() <= moment:
            number = numbers[index]
    return number


def execute(notebook, task):
    """Runs all cells; returns the first failure as cell number and message, or None."""
    # A rejection that nothing awaits comes to light a moment after its cell: the last one gets that moment.
    notebook.cells.append(nbformat.v4.new_code_cell(LAST_CELL))
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    count = len(code) - 1
    numbers = {index: min(n, count) for n, index in enumerate(code, 1)}
    state = {"at": code[0]}

    def starting(cell, cell_index):
        # The client's own handler ends the kernel alone, and what then looks like a dead kernel would be written.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sys.exit, 143)
        if cell_index in numbers:
            state["at"] = cell_index
            if cell_index != code[-1]:
                say(event="cell", number=numbers[cell_index], count=count)

    def failing(cell, cell_index, execute_reply):
        # tslab drops the cells that reach it within 200 ms of an error; one tagged raises-exception goes on.
        time.sleep(0.4)

    client = NotebookClient(
        notebook,
        timeout=task["timeout"],
        kernel_name="whylight",
        resources={"metadata": {"path": task["folder"]}},
        on_cell_start=starting,
        on_cell_error=failing,
    )
    message = None
    try:
        client.execute()
    except CellExecutionError:
        message = first_line(text_of(notebook.cells[state["at"]], ("stderr",))).removeprefix("WhylightError: ")
    except CellTimeoutError:
        message = f"it ran longer than {task['timeout']} s"
    except DeadKernelError:
        message = "the kernel died"
    failure = None
    floating = json.loads(text_of(notebook.cells[code[-1]], ("stdout",)) or "[]")
    if floating:
        failure = {
            "number": started_before(notebook, numbers, floating[0]["at"] / 1000),
            "message": f"an error that nothing awaited: {first_line(floating[0]['message'])}",
        }
    notebook.cells.pop()
    if message is not None:
        return {"number": numbers[state["at"]], "message": message}
    return failure


def end_without(parent):
    """Ends this process once the one that started it is gone: nobody waits for its notebook any more."""
    while os.getppid() == parent:
        time.sleep(0.3)
    os._exit(143)


def main():
    threading.Thread(target=end_without, args=[int(sys.argv[1])], daemon=True).start()
    # Jupyter writes the kernel's ports to a temporary file, which stays where this process is killed.
    tempfile.tempdir = os.environ["JUPYTER_RUNTIME_DIR"]
    task = json.load(sys.stdin)
    notebook = nbformat.read(task["file"], as_version=4)
    try:
        inject(notebook, task["parameters"])
    except ValueError as error:
        say(event="refused", message=str(error))
        return
    try:
        failure = execute(notebook, task)
    except RuntimeError as error:
        say(
            event="refused",
            message=f"{first_line(str(error))}: Jupyter speaks with its kernel over the loopback interface (127.0.0.1); is it up?",
        )
        return
    if not task["times"]:
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
    Path(task["ipynb"]).write_text(numbered(nbformat.writes(notebook)) + "\n")
    # Embedding pictures of markdown cells closes every HTML element at its paragraph's end: only where there are some.
    pictures = any("![" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    exporter = HTMLExporter(
        template_name="whylight", extra_template_basedirs=[task["templates"]], embed_images=pictures
    )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = MATH.sub(math_place, cell.source)
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title_of(notebook) or task["title"]}})
    # The template's own scripts load others from other hosts, and the page's policy lets none of them run.
    head, rest = body.split("</head>", 1)
    body = re.sub(r"<script\b.*?</script>", "", head, flags=re.DOTALL) + "</head>" + rest
    Path(task["html"]).write_text(numbered(body))
    if failure:
        say(event="failed", **failure)
    else:
        say(event="done")


main()
