"""What people decided over held cells, columns and units."""

from datetime import datetime

from bridge.domain.plans import Decision, Problem
from bridge.domain.school import Unit
from bridge.domain.scores import ScoreKey
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.codec import key_name, key_values, write_optional, write_score
from bridge.store.engine import Database
from bridge.store.tables.plans import clearances, decisions


class DecisionTable:
    """`bridge.ports.plans.Decisions`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def decide(self, key: ScoreKey, decision: Decision, *, why: str) -> None:
        said = {
            "choice": decision.choice.value,
            "lms": write_score(decision.lms),
            "city": write_optional(decision.city),
            "city_version": decision.city_version,
            "actor": decision.actor,
            "at": decision.at,
        }
        new = f"{decision.choice} lms {said['lms']} city {said['city']} v{decision.city_version}"
        entry = Entry("hold.settled", key_name(key), new=new, reason=why)
        with self._database.write() as connection:
            upsert(connection, decisions, [key_values(key) | said], changes=taking(*said))
            self._trail.append(connection, key.school, [entry], actor=decision.actor, at=decision.at)

    def clear(self, unit: Unit, problem: Problem, fingerprint: str, *, actor: str, why: str, now: datetime) -> None:
        values = {
            **unit._asdict(),
            "term": unit.term.value,
            "problem": problem.value,
            "fingerprint": fingerprint,
            "actor": actor,
            "at": now,
        }
        where = f"{unit.year}/{unit.subject}/{unit.term}/{unit.school_class}"
        entry = Entry("hold.cleared", where, new=f"{problem} {fingerprint}", reason=why)
        with self._database.write() as connection:
            upsert(connection, clearances, [values], changes=taking("actor", "at"))
            self._trail.append(connection, unit.school, [entry], actor=actor, at=now)
