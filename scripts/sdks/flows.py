"""Drives Aleph's Python SDK against a devnet, and prints a line of JSON for each flow: {"flow", "ok", "why"}."""

import asyncio
import json
import os
from pathlib import Path
from typing import Awaitable, Callable

from aleph.sdk.chains.ethereum import ETHAccount
from aleph.sdk.client import AuthenticatedAlephHttpClient
from aleph.sdk.client.vm_client import VmClient
from aleph.sdk.conf import Settings, settings
from aleph.sdk.query.filters import MessageFilter, PostFilter
from aleph.sdk.types import PortFlags, Ports
from aleph_message.models import Chain, ItemHash, MessageType
from aleph_message.models.execution.base import Payment, PaymentType
from aleph_message.models.execution.environment import HostRequirements, HypervisorType, NodeRequirements

key, node, node_url = os.environ["DEVNET_KEY"], os.environ["DEVNET_NODE"], os.environ["DEVNET_NODE_URL"]
Settings.SCHEDULER_URL = os.environ["DEVNET_SCHEDULER"].rstrip("/") + "/"
account = ETHAccount(private_key=bytes.fromhex(key.removeprefix("0x")))
me = account.get_address()
state: dict = {}
Client = AuthenticatedAlephHttpClient


def expect(condition: object, why: str) -> None:
    if not condition:
        raise AssertionError(why)


async def until(what: str, look: Callable[[], Awaitable[object]], seconds: int = 150) -> object:
    for _ in range(seconds):
        found = await look()
        if found:
            return found
        await asyncio.sleep(1)
    raise AssertionError(f"{what}: not within {seconds} s")


async def balance(client: Client) -> None:
    found = await client.get_balances(me)
    expect(found.credit_balance > 0, f"no credits: {found}")


async def history(client: Client) -> None:
    found = await client.get_credit_history(me)
    expect(found.credit_history, "nothing was ever distributed")


async def pricing(client: Client) -> None:
    found = await client.pricing.get_pricing_aggregate()
    expect(len(list(found)) > 0, "no prices")


async def nodes(client: Client) -> None:
    found = await client.crn.get_crns_list()
    expect(node in {crn.hash for crn in found.crns}, "the node is not in the list")


async def create(client: Client) -> None:
    message, status = await client.create_instance(
        rootfs=settings.DEBIAN_12_QEMU_ROOTFS_ID,
        rootfs_size=20_480,
        payment=Payment(type=PaymentType.credit),
        hypervisor=HypervisorType.qemu,
        memory=2048,
        vcpus=1,
        sync=True,
        ssh_keys=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q sdk"],
        metadata={"name": "sdk"},
        requirements=HostRequirements(node=NodeRequirements(node_hash=node)),
    )
    state["vm"] = message.item_hash
    await until("processed", lambda: processed(client, message.item_hash))


async def processed(client: Client, item_hash: str) -> bool:
    return (await client.get_message_status(item_hash)).value == "processed"


async def price(client: Client) -> None:
    found = await client.get_program_price(state["vm"])
    expect(found.required_tokens is not None, f"{found}")


async def notify(_: Client) -> None:
    async with VmClient(account, node_url) as vm:
        status, said = await vm.start_instance(ItemHash(state["vm"]))
        expect(status == 200, f"{status} {said}")


async def running(client: Client) -> None:
    async def look() -> object:
        found = await client.crn.get_active_vms_v2(node_url)
        return next((vm for item_hash, vm in found.root.items() if item_hash == state["vm"] and vm.running), None)

    await until("runs", look)


async def listed(client: Client) -> None:
    found = await client.instance.get_instances(me)
    expect(state["vm"] in {message.item_hash for message in found}, "the instance is not listed")


async def allocation(client: Client) -> None:
    async def look() -> object:
        return await client.scheduler.get_allocation(ItemHash(state["vm"]))

    found = await until("allocated", look)
    expect(found.node.node_id == node, f"{found}")


async def operated(operation: str) -> None:
    async with VmClient(account, node_url) as vm:
        status, said = await getattr(vm, f"{operation}_instance")(ItemHash(state["vm"]))
        expect(status == 200, f"{status} {said}")


async def logs(_: Client) -> None:
    async with VmClient(account, node_url) as vm:
        async with asyncio.timeout(20):
            async for line in vm.get_logs(ItemHash(state["vm"])):
                if json.loads(line).get("message") is not None:
                    return
        raise AssertionError("not a line came")


async def ports(client: Client) -> None:
    await client.port_forwarder.create_ports(ItemHash(state["vm"]), Ports(ports={80: PortFlags(tcp=True, udp=False)}))

    async def look() -> object:
        found = await client.port_forwarder.get_ports(ItemHash(state["vm"]), me)
        return found is not None and 80 in found.root if hasattr(found, "root") else found

    await until("the port is in the aggregate", look, 20)


async def authorizations(client: Client) -> None:
    if not hasattr(client, "get_authorizations"):
        raise NotImplementedError("this version of the SDK has none")
    expect(await client.get_authorizations(me) is not None, "no answer")


async def aggregate(client: Client) -> None:
    await client.create_aggregate(key="sdk", content={"a": 1, "b": {"c": 2}}, sync=True)

    async def look() -> object:
        return (await client.fetch_aggregates(me)).get("sdk", {}).get("a") == 1

    await until("the aggregate is read back", look, 20)
    await client.create_aggregate(key="sdk", content={"a": 2}, sync=True)

    async def again() -> object:
        return await client.fetch_aggregate(me, "sdk") == {"a": 2, "b": {"c": 2}}

    await until("the aggregate is merged", again, 20)


async def posts(client: Client) -> None:
    for number in range(3):
        await client.create_post(post_content={"number": number}, post_type="sdk", channel="SDK", sync=True)

    async def look() -> object:
        found = await client.get_posts(post_filter=PostFilter(types=["sdk"], addresses=[me]), ignore_invalid_messages=False)
        return len(found.posts) == 3

    await until("three posts are read back", look, 20)


async def posts_cursor(client: Client) -> None:
    seen: list = []
    wish = {"page_size": 2, "post_filter": PostFilter(types=["sdk"], addresses=[me])}
    found = await client.get_posts_cursor(cursor="", **wish)
    for _ in range(5):
        seen += [post.item_hash for post in found.posts]
        if not found.next_cursor:
            break
        found = await client.get_posts_cursor(cursor=found.next_cursor, **wish)
    expect(len(seen) == 3 and len(set(seen)) == 3, f"{len(seen)} posts, {len(set(seen))} of them different")


async def messages(client: Client) -> None:
    found = await client.get_messages(message_filter=MessageFilter(addresses=[me], message_types=[MessageType.instance]))
    expect([message.item_hash for message in found.messages] == [state["vm"]], f"{len(found.messages)} messages")


async def files(client: Client) -> None:
    content = b"a file of the SDK's\n" * 64
    credit = Payment(chain=Chain.ETH, type=PaymentType.credit)
    message, _ = await client.create_store(file_content=content, channel="SDK", sync=True, payment=credit)
    state["file"] = message.content.item_hash
    await until("the file is read back", lambda: read_back(client, content), 20)


async def read_back(client: Client, content: bytes) -> bool:
    try:
        return await client.download_file(state["file"]) == content
    except Exception:
        return False


async def account_files(client: Client) -> None:
    found = await client.get_account_files(me)
    expect(state["file"] in json.dumps(found.model_dump(mode="json")), "the file is not listed")


async def statistics(client: Client) -> None:
    expect(await client.get_address_stats() is not None, "no answer")


async def watch(client: Client) -> None:
    async def first() -> object:
        # history comes first, and live messages of every type, as from a core node
        async for message in client.watch_messages(message_filter=MessageFilter(addresses=[me], message_types=[MessageType.post])):
            if message.type == MessageType.post and message.content.type == "watched":
                return message

    waiting = asyncio.create_task(first())
    await asyncio.sleep(1)
    await client.create_post(post_content={"seen": True}, post_type="watched", channel="SDK", sync=True)
    async with asyncio.timeout(20):
        expect(await waiting is not None, "the watch ended")


async def delete(client: Client) -> None:
    await client.forget(hashes=[ItemHash(state["vm"])], reason="sdk", channel="SDK")

    async def look() -> object:
        return (await client.get_message_status(state["vm"])).value in ("removing", "removed", "forgotten")

    await until("forgotten", look, 30)


flows: list[tuple[str, Callable[[Client], Awaitable[None]]]] = [
    ("balance", balance),
    ("credit history", history),
    ("prices", pricing),
    ("node list", nodes),
    ("aggregate: write, read, merge", aggregate),
    ("posts: write, list", posts),
    ("posts: by cursor", posts_cursor),
    ("file: store, read back", files),
    ("files of an account", account_files),
    ("address statistics", statistics),
    ("watch messages", watch),
    ("instance: create", create),
    ("instance: price", price),
    ("instance: start", notify),
    ("instance: runs", running),
    ("instance: list", listed),
    ("instance: allocation", allocation),
    ("instance: logs", logs),
    ("instance: reboot", lambda _: operated("reboot")),
    ("instance: stop", lambda _: operated("stop")),
    ("instance: start again", notify),
    ("instance: ports", ports),
    ("messages: list", messages),
    ("authorizations", authorizations),
    ("instance: erase", lambda _: operated("erase")),
    ("instance: delete", delete),
]


async def main() -> None:
    async with Client(account=account, api_server=settings.API_HOST) as client:
        for flow, run in flows:
            why = None
            try:
                async with asyncio.timeout(170):
                    await run(client)
            except NotImplementedError as missing:
                print(json.dumps({"flow": flow, "ok": None, "why": str(missing)}), flush=True)
                continue
            except Exception as failed:
                why = f"{type(failed).__name__}: {failed}"[:300]
            print(json.dumps({"flow": flow, "ok": why is None, "why": why}), flush=True)


os.chdir(Path(os.environ["DEVNET_FOLDER"]))
asyncio.run(main())
