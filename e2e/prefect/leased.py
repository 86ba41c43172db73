"""A run of a deployment that lets one at a time, in this process: it pauses for longer than until its lease is renewed."""

from prefect import flow, flow_engine, get_run_logger, pause_flow_run
from prefect.client.orchestration import get_client
from prefect.concurrency import _leases
from prefect.states import Pending

# A lease of five minutes is renewed every second and a half, not after four minutes.
_leases._RENEWAL_FRACTION = 0.005


@flow
def leased():
    pause_flow_run(timeout=300, poll_interval=1)
    get_run_logger().info("went on")


if __name__ == "__main__":
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(leased)
        deployment_id = client.create_deployment(
            flow_id, name="one", concurrency_limit=1
        )
        run = client.create_flow_run_from_deployment(deployment_id)
        client.set_flow_run_state(run.id, Pending())
        flow_engine.run_flow(leased, flow_run=client.read_flow_run(run.id))
