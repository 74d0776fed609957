"""The message of the capability `services`: a question about use, of one of the topics of the specification."""

from typing import TYPE_CHECKING, Any, Literal

from jpki_spec.usage import TOPICS, USE_FIELDS, USE_OUTCOMES, UseField
from pydantic import ConfigDict, Field, create_model, model_validator

from jpki_oracle.sut.message_types import Day, Parameters, Result, may_be_left_out


def _type(field: UseField) -> Any:
    if field.is_date:
        return Day
    return bool if field.is_boolean else Literal[tuple(field.values)]


def _topics_with(name: str) -> str:
    return ", ".join(topic.id for topic in TOPICS.values() if name in (*topic.fields, *topic.outcomes))


def _members(fields: dict[str, UseField]) -> dict[str, Any]:
    return {
        id: (_type(field) | None, may_be_left_out(f"{field.text.en} (topics: {_topics_with(id)})"))
        for id, field in fields.items()
    }


class _Question(Parameters):
    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"properties": {"topic": {"const": topic.id}}, "required": list(topic.fields)}
                for topic in TOPICS.values()
            ]
        }
    )

    @model_validator(mode="after")
    def _of_its_topic(self) -> "_Question":
        stated = self.model_fields_set - {"topic"}
        wanted = TOPICS[getattr(self, "topic")].fields  # noqa: B009  # the field is created below
        if stated != set(wanted):
            raise ValueError(f"a question of this topic states exactly {', '.join(wanted)}")
        return self


if TYPE_CHECKING:  # the fields are those of the specification, so a type checker cannot know them

    class ServicesParams(_Question):
        """A question about use; which facts it states depends on its topic."""

    class ServicesResult(Result):
        """What holds: the outcomes of the question's topic."""
else:
    ServicesParams = create_model(
        "ServicesParams",
        __base__=_Question,
        __doc__="A question about use; which facts it states depends on its topic.",
        topic=(Literal[tuple(TOPICS)], Field(description="what the question is about")),
        **_members(USE_FIELDS),
    )
    ServicesResult = create_model(
        "ServicesResult",
        __base__=Result,
        __doc__="What holds: the outcomes of the question's topic.",
        **{
            id: (_type(field), may_be_left_out(f"{field.text.en} (topics: {_topics_with(id)})"))
            for id, field in USE_OUTCOMES.items()
        },
    )
