"""The record of runs as a Workflow Run RO-Crate: what other tools read provenance from.

Each run is a ``CreateAction`` whose instrument is the notebook, whose objects are the inputs and
parameters, and whose results are the files it wrote [1]_.

References
----------
.. [1] Workflow Run RO-Crate working group. Workflow Run Crate, version 0.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbench.review.runs import RunFolder

__all__ = ["CRATE", "run_crate"]

CRATE: Final = "ro-crate-metadata.json"
_CRATE_VERSION: Final = "https://w3id.org/ro/crate/1.3"
_PROFILES: Final = (
    "https://w3id.org/ro/wfrun/process/0.6",
    "https://w3id.org/ro/wfrun/workflow/0.6",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.1",
)

_Entity = dict[str, Any]


def run_crate(runs: Mapping[str, RunFolder], files: Sequence[str]) -> dict[str, Any]:
    """Return the content of ``ro-crate-metadata.json`` for runs packed together.

    Parameters
    ----------
    runs
        Folder inside the crate -> run.
    files
        Every file of the crate, by its path.

    Returns
    -------
    dict
        JSON-LD: the descriptor, the root, the notebooks, one action per run, its files.
    """
    entities: dict[str, _Entity] = {}
    for name in files:
        entities[name] = {"@id": name, "@type": "File"}
    for place, run in runs.items():
        for entity in _run_entities(place, run, set(files)):
            entities[entity["@id"]] = entities.get(entity["@id"], {}) | entity
    first = next(iter(runs.values()))
    workflows = sorted({f"{place}/notebook.ipynb" for place in runs})
    root: _Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": first.facts["study"].get("title", {}).get("en") or first.study_id,
        "description": first.facts["study"].get("question", {}).get("en") or "Reports of a study",
        "datePublished": max(run.facts["finished"] for run in runs.values()),
        "license": "https://choosealicense.com/no-permission/",
        "conformsTo": [{"@id": profile} for profile in _PROFILES],
        "hasPart": [{"@id": name} for name in sorted(files)],
        "mainEntity": {"@id": workflows[0]},
        "mentions": [{"@id": f"#run-{place}"} for place in sorted(runs)],
    }
    descriptor: _Entity = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _CRATE_VERSION},
        "about": {"@id": "./"},
    }
    profiles = [
        {"@id": profile, "@type": "CreativeWork", "name": profile.split("org/")[1]}
        for profile in _PROFILES
    ]
    listed = [entities[name] for name in sorted(entities)]
    return {
        "@context": f"{_CRATE_VERSION}/context",
        "@graph": [descriptor, root, *profiles, _LANGUAGE, *listed],
    }


_LANGUAGE: Final[_Entity] = {
    "@id": "https://w3id.org/workflowhub/workflow-ro-crate#jupyter",
    "@type": "ComputerLanguage",
    "name": "Jupyter Notebook",
    "url": {"@id": "https://jupyter.org/"},
}


def _run_entities(place: str, run: RunFolder, files: set[str]) -> Iterator[_Entity]:
    facts = run.facts
    workflow = f"{place}/notebook.ipynb"
    yield {
        "@id": workflow,
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": run.notebook,
        "programmingLanguage": {"@id": _LANGUAGE["@id"]},
        "input": [{"@id": f"{workflow}#{name}"} for name in sorted(run.parameters)],
    }
    for name in sorted(run.parameters):
        yield {
            "@id": f"{workflow}#{name}",
            "@type": "FormalParameter",
            "name": name,
            "additionalType": "Text",
        }
        yield {
            "@id": f"#{place}/{name}",
            "@type": "PropertyValue",
            "name": name,
            "value": str(run.parameters[name]),
            "exampleOfWork": {"@id": f"{workflow}#{name}"},
        }
    for entry in facts["inputs"]:
        if f"study/{entry['path']}" in files:
            yield {"@id": f"study/{entry['path']}", "@type": "File", "sha256": entry["sha256"]}
    inputs = [f"study/{e['path']}" for e in facts["inputs"] if f"study/{e['path']}" in files]
    results = [f"{place}/{name}" for name in sorted(facts["outputs"])]
    for name, digest in facts["outputs"].items():
        yield {"@id": f"{place}/{name}", "@type": _type(name), "sha256": digest}
    yield {
        "@id": f"#run-{place}",
        "@type": "CreateAction",
        "name": f"{run.notebook} of {run.study_id}",
        "instrument": {"@id": workflow},
        "startTime": facts["started"],
        "endTime": facts["finished"],
        "actionStatus": "http://schema.org/CompletedActionStatus"
        if facts["status"] == "done"
        else "http://schema.org/FailedActionStatus",
        "object": [
            *({"@id": name} for name in inputs),
            *({"@id": f"#{place}/{name}"} for name in sorted(run.parameters)),
        ],
        "result": [{"@id": name} for name in results],
    }


def _type(name: str) -> str | list[str]:
    if name == "notebook.ipynb":
        return ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    return "File"
