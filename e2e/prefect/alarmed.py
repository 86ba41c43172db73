"""An automation that answers a failed run, and a deployment that brings its own trigger."""

import sys

from prefect import flow, serve
from prefect.automations import Automation
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.deployment_triggers import DeploymentEventTrigger


@flow
def breaking():
    raise ValueError("broken on purpose")


@flow
def mending(of: str = "nothing"):
    print("mending", of)


def make(deployment_id: str):
    automation = Automation(
        name="mend what breaks",
        trigger=EventTrigger(
            expect={"prefect.flow-run.Failed"},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={"prefect.resource.name": "breaking", "prefect.resource.role": "flow"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[
            RunDeployment(deployment_id=deployment_id, parameters={"of": "{{ flow_run.state.message }}"})
        ],
    ).create()
    same = Automation.read(id=automation.id)
    assert same.name == automation.name, same
    print("made", automation.id)


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2])
    elif sys.argv[1:2] == ["break"]:
        try:
            breaking()
        except ValueError:
            print("broke")
    else:
        trigger = DeploymentEventTrigger(
            name="when told", expect={"mend.now"}, parameters={"of": "{{ event.resource.id }}"}
        )
        serve(mending.to_deployment("mender", triggers=[trigger]))
