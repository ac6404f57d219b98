"""A manifest of SCORM as the tree of activities that `bridge.domain.activities` judges."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.domain.activities import Activity
from bridge.domain.sequencing import Ask, Goal, Link, Rule, Sequencing
from bridge.ports.materials import Part
from content_packager import aicc
from content_packager import sequencing as written
from content_packager.aicc import Script
from content_packager.inspecting import Described, Node


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """`bridge.domain.activities.Needs` of SCORM 1.2."""

    script: Script

    def names(self) -> Sequence[str]:
        return tuple(aicc.names(self.script))

    def holds(self, states: Mapping[str, str]) -> bool:
        return aicc.holds(self.script, states)

    def lacking(self, states: Mapping[str, str]) -> Sequence[str]:
        return tuple(dict.fromkeys(each.name for each in aicc.lacking(self.script, states)))


def tree(manifest: Described, parts: Sequence[Part], id_of: Callable[[Node], str]) -> Activity:
    """Of the default organization. `parts` in their order; what opens nothing and holds nothing is left out."""
    grown = _Growing({part.id: number for number, part in enumerate(parts, start=1)}, id_of)
    nodes = deque(node for node in manifest.tree if node.kind in ("organization", "item"))
    ways = [way for way in grown.below(nodes, -1) if any(each.part for each in way.walk())]
    whole = ways[0] if len(ways) == 1 else Activity("", children=tuple(ways))
    return _answerable(whole, frozenset(each.id for each in whole.walk()))


def _answerable(activity: Activity, there: frozenset[str]) -> Activity:
    """Without prerequisites that name what there is not: nobody could ever meet them. The check says so."""
    children = tuple(_answerable(child, there) for child in activity.children)
    asks = activity.needs is None or there.issuperset(activity.needs.names())
    return replace(activity, children=children, needs=activity.needs if asks else None)


def flat(parts: Sequence[Part]) -> Activity:
    """Of a package that asks for no order."""
    return Activity("", children=tuple(Activity(part.id, part.title, number) for number, part in enumerate(parts, 1)))


class _Growing:
    def __init__(self, numbers: Mapping[str, int], id_of: Callable[[Node], str]) -> None:
        self._numbers = numbers
        self._id_of = id_of

    def below(self, nodes: "deque[Node]", depth: int) -> Iterator[Activity]:
        """Takes all that lie deeper; nodes come in the manifest's order."""
        while nodes and nodes[0].depth > depth:
            node = nodes.popleft()
            made = self._activity(node, tuple(self.below(nodes, node.depth)))
            if made.part or made.children:
                yield made

    def _activity(self, node: Node, children: tuple[Activity, ...]) -> Activity:
        name = self._id_of(node)
        number = self._numbers.get(name, 0) if node.kind == "item" and node.launch else 0
        script = node.run_time.prerequisites
        needs = Prerequisites(script) if script is not None else None
        return Activity(name, node.title, number, children, needs, _sequencing(node.run_time.sequencing))


def _sequencing(said: written.Sequencing) -> Sequencing:
    return Sequencing(
        choice=said.choice,
        choice_exit=said.choice_exit,
        flow=said.flow,
        forward_only=said.forward_only,
        rules=tuple(Rule(rule.action, tuple(map(_ask, rule.asks)), rule.every) for rule in said.rules),
        goals=tuple(Goal(goal.id, goal.primary, tuple(map(_link, goal.links))) for goal in said.goals),
        limit=said.limit,
    )


def _ask(said: written.Ask) -> Ask:
    return Ask(said.what, said.negated, said.objective, said.threshold)


def _link(said: written.Link) -> Link:
    return Link(said.target, said.reads_status, said.reads_measure, said.writes_status, said.writes_measure)
