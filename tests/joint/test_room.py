"""The room and its main function have one name, and either does the same."""

import inspect
import sys

import pandas as pd
from joint_worlds import links_of

import workbench as wb
from workbench.joint import scores


def test_the_room_can_be_called_as_the_function():
    room = sys.modules["workbench.joint"]
    names = [f"p{number}" for number in range(30)]
    answers = pd.DataFrame({"respondent_id": names, "nki": [float(n) for n in range(30)]})
    links = links_of(names, [(row, "wait") for row in range(12)])
    tables = [call(answers, links, "nki").table for call in (wb.joint, room, scores.joint)]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])
    assert inspect.signature(room) == inspect.signature(scores.joint)
