"""The exported crate says what was run, on what, and what came out, and refers to nothing else."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from workbench.review.bundle import write_bundle


@pytest.fixture(scope="module")
def graph(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("crate") / "a.zip"
    with zipfile.ZipFile(
        write_bundle(small_run / "reports", out, study=small_run / "study")
    ) as archive:
        crate = json.loads(archive.read("ro-crate-metadata.json"))
        names = set(archive.namelist())
    assert crate["@context"] == "https://w3id.org/ro/crate/1.3/context"
    found = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(found) == len(crate["@graph"]), "an entity stands twice"
    assert {part["@id"] for part in found["./"]["hasPart"]} <= names
    return found


def test_the_descriptor_and_the_profiles_are_those_of_a_workflow_run_crate(
    graph: dict[str, Any],
) -> None:
    assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    profiles = {profile["@id"] for profile in graph["./"]["conformsTo"]}
    assert "https://w3id.org/ro/wfrun/workflow/0.6" in profiles
    assert profiles <= graph.keys()


def test_one_action_per_run_leads_from_inputs_and_parameters_to_results(
    graph: dict[str, Any],
) -> None:
    actions = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert len(actions) == 1
    action = actions[0]
    assert "ComputationalWorkflow" in graph[action["instrument"]["@id"]]["@type"]
    objects = [graph[part["@id"]] for part in action["object"]]
    assert {part["name"] for part in objects if part["@type"] == "PropertyValue"} >= {
        "seed",
        "wave",
    }
    assert any(part["@id"] == "study/waves/2026-02.csv" and part["sha256"] for part in objects)
    results = [graph[part["@id"]] for part in action["result"]]
    assert any(part["@id"].endswith("report.html") and part["sha256"] for part in results)


def test_every_reference_leads_to_an_entity(graph: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [value["@id"]] if set(value) == {"@id"} else []
        return (
            [found for part in value for found in references(part)]
            if isinstance(value, list)
            else []
        )

    outside = ("https://w3id.org/ro/crate", "https://jupyter.org")
    for entity in graph.values():
        for name, value in entity.items():
            for reference in references(value):
                assert reference in graph or reference.startswith(outside), (name, reference)
