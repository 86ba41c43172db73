"""Registers, saves and loads blocks, and says on standard output what did not come back as it went."""

import enum
import json
import pathlib
import sys
from typing import Any, Optional, Union

import prefect
import prefect.blocks.redis  # noqa: F401
import prefect.filesystems  # noqa: F401
from prefect.blocks.core import Block
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.blocks.system import Secret
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import BlockSchemaCreate, BlockTypeCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.types import SecretDict
from prefect.utilities.dispatch import get_registry_for_type
from pydantic import BaseModel, Field, SecretStr


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    """Straße – with more than ASCII 🎈."""

    street: str = "Hauptstraße"
    password: SecretStr = SecretStr("")


class Login(Block):
    user: str
    password: SecretStr
    ratio: float = 1.0
    tiny: float = 1e-7
    huge: int = 12345678901234567890


class Token(Block):
    token: SecretStr


class Database(Block):
    """Holds blocks of its own."""

    login: Login
    either: Union[Login, Token]
    spare: Optional[Token] = None
    many: list[Token] = Field(default_factory=list)
    address: Address = Field(default_factory=Address)
    colour: Colour = Colour.RED
    options: SecretDict = Field(default_factory=lambda: SecretDict({}))
    limits: dict[str, float] = {"low": 0.1, "high": 1.5e16}


class Service(Block):
    database: Database
    login: Login


def complain(what: str, expected: Any, got: Any) -> None:
    if expected != got:
        print(f"WRONG {what}: expected {expected!r}, got {got!r}")


def bare(value: Any) -> Any:
    """A schema without words that are for people: those of our own server are its own."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: bare(item) for key, item in value.items() if key not in ("description", "examples")}


def compare_checksums(client) -> None:
    """Those of every class that is known, and of everything that Prefect's own server carries."""
    own = {Login, Token, Database, Service}
    for cls in set((get_registry_for_type(Block) or {}).values()) | own:
        cls.register_type_and_schema()
        mine = cls._calculate_schema_checksum()
        found = client.read_block_schema_by_checksum(mine, version=cls.get_block_schema_version())
        complain(f"checksum of {cls.__name__}", mine, found.checksum)
        if cls not in own:
            schema = json.loads(json.dumps(cls.model_json_schema()))
            complain(f"schema of {cls.__name__}", bare(schema), bare(found.fields))
        complain(f"capabilities of {cls.__name__}", set(cls.get_block_capabilities()), set(found.capabilities))
    path = pathlib.Path(prefect.__file__).parent / "server" / "collection_blocks_data.json"
    collections = json.loads(path.read_text())["collections"].values()
    types = [block for collection in collections for block in collection["block_types"].values()]
    ids = {}
    for block in types:
        fields = {key: block[key] for key in ("name", "slug", "description")}
        try:
            ids[block["slug"]] = client.create_block_type(BlockTypeCreate(**fields)).id
        except ObjectAlreadyExists:
            ids[block["slug"]] = client.read_block_type_by_slug(block["slug"]).id
    for block in types:
        fields = block["block_schema"]["fields"]
        made = client.create_block_schema(BlockSchemaCreate(fields=fields, block_type_id=ids[block["slug"]]))
        complain(f"checksum of {block['slug']}", Block._calculate_schema_checksum(fields), made.checksum)
    print(f"compared {len(types)} types of collections")


def keep_secrets() -> None:
    for name, value in [("text", "hidden"), ("json", {"a": [1, {"b": None}]}), ("number", 7)]:
        Secret(value=value).save(name, overwrite=True)
        complain(f"secret {name}", value, Secret.load(name).get())
    Secret(value="changed").save("text", overwrite=True)
    complain("changed secret", "changed", Secret.load("text").get())
    try:
        Secret(value="again").save("text")
        print("WRONG: expected a refusal of a name that is taken")
    except ValueError:
        pass
    hook = Webhook(url="https://example.org/hook", headers={"Authorization": "Bearer x"})
    hook.save("hook", overwrite=True)
    complain("headers", {"Authorization": "Bearer x"}, Webhook.load("hook").headers.get_secret_value())
    SlackWebhook(url="https://hooks.slack.com/services/T/B/C").save("slack", overwrite=True)
    custom = CustomWebhookNotificationBlock(name="n", url="https://example.org/{{key}}", secrets={"key": "k"})
    custom.save("custom", overwrite=True)
    loaded = CustomWebhookNotificationBlock.load("custom")
    complain("secrets of the custom webhook", {"key": "k"}, loaded.secrets.get_secret_value())


def nest() -> None:
    login = Login(user="me", password="pw")
    login.save("login", overwrite=True)
    token = Token(token="t")
    token.save("token", overwrite=True)
    database = Database(
        login=login,
        either=token,
        many=[Token(token="inline")],
        address=Address(password="deep"),
        options={"key": "value"},
        colour=Colour.BLUE,
    )
    database.save("database", overwrite=True)
    Service(database=database, login=login).save("service", overwrite=True)
    loaded = Service.load("service")
    complain("password", "pw", loaded.database.login.password.get_secret_value())
    complain("kind of either", Token, type(loaded.database.either))
    complain("token", "t", loaded.database.either.token.get_secret_value())
    complain("token in a list", "inline", loaded.database.many[0].token.get_secret_value())
    complain("password of a model", "deep", loaded.database.address.password.get_secret_value())
    complain("options", {"key": "value"}, loaded.database.options.get_secret_value())
    complain("colour", Colour.BLUE, loaded.database.colour)
    complain("document within", login._block_document_id, loaded.database.login._block_document_id)
    # What was saved by itself is shared.
    login.password = SecretStr("new")
    login.save(overwrite=True)
    complain("changed password", "new", Service.load("service").database.login.password.get_secret_value())
    loaded.save(overwrite=True)
    complain("saved as loaded", "new", Service.load("service").login.password.get_secret_value())


def delete(client) -> None:
    Token.delete("token")
    try:
        Token.load("token")
        print("WRONG: expected a deleted block to be gone")
    except ValueError:
        pass
    protected = client.read_block_type_by_slug("secret")
    try:
        client.delete_block_type(protected.id)
        print("WRONG: expected a protected type to stay")
    except prefect.exceptions.ProtectedBlockError:
        pass
    try:
        client.read_block_type_by_slug("nobody")
        print("WRONG: expected an unknown type to be unknown")
    except ObjectNotFound:
        pass


def tell_edited() -> None:
    login = Login.load("login")
    print(login.user, login.password.get_secret_value(), login.huge)


if __name__ == "__main__":
    if sys.argv[1:] == ["edited"]:
        tell_edited()
        sys.exit()
    with get_client(sync_client=True) as client:
        compare_checksums(client)
        keep_secrets()
        nest()
        delete(client)
    print("done")
