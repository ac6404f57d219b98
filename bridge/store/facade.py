"""The store as one thing: opened once, its nouns as attributes."""

import os
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.accounts import AccountTable
from bridge.store.addresses import AddressTable
from bridge.store.audit import AuditTable
from bridge.store.buckets import BucketTable
from bridge.store.cases import CaseTable
from bridge.store.chain import Random, Trail
from bridge.store.credentials import CredentialTable
from bridge.store.deadlines import DeadlineTable
from bridge.store.decisions import DecisionTable
from bridge.store.discounts import DiscountTable
from bridge.store.documents import DocumentTable
from bridge.store.engine import Clock, Database, make_engine
from bridge.store.faces import FaceTable
from bridge.store.feeds import FeedTable
from bridge.store.grants import GrantTable
from bridge.store.jobs import JobTable
from bridge.store.keys import Keyring
from bridge.store.leases import LeaseTable
from bridge.store.ledger import LedgerTable
from bridge.store.looks import LookTable
from bridge.store.mappings import MappingTable
from bridge.store.materials import MaterialTable
from bridge.store.overview import OverviewTable
from bridge.store.passbacks import PassbackTable
from bridge.store.pins import PinTable
from bridge.store.plans import PlanTable
from bridge.store.platforms import InvitationTable, KeyTable, LoginTable, PlatformTable
from bridge.store.playing import AttemptTable
from bridge.store.rekey import rekey
from bridge.store.rosters import RosterTable
from bridge.store.runs import RunTable
from bridge.store.schedules import ScheduleTable
from bridge.store.schema import check_schema
from bridge.store.statements import StatementTable
from bridge.store.submissions import SubmissionTable
from bridge.store.tables.people import vault_keys
from bridge.store.tokens import TokenTable
from bridge.store.tray import TrayTable
from bridge.store.vault import Vault
from bridge.store.visits import VisitTable


@dataclass(frozen=True, slots=True)
class Store:
    """One attribute a protocol of `bridge.ports`. May be shared by threads."""

    leases: LeaseTable
    ledger: LedgerTable
    submissions: SubmissionTable
    plans: PlanTable
    decisions: DecisionTable
    runs: RunTable
    mappings: MappingTable
    rosters: RosterTable
    pins: PinTable
    grants: GrantTable
    audit: AuditTable
    accounts: AccountTable
    looks: LookTable
    feeds: FeedTable
    jobs: JobTable
    schedules: ScheduleTable
    buckets: BucketTable
    addresses: AddressTable
    deadlines: DeadlineTable
    overview: OverviewTable
    statements: StatementTable
    documents: DocumentTable
    credentials: CredentialTable
    platforms: PlatformTable
    lti_keys: KeyTable
    logins: LoginTable
    invitations: InvitationTable
    cases: CaseTable
    faces: FaceTable
    visits: VisitTable
    materials: MaterialTable
    tokens: TokenTable
    passbacks: PassbackTable
    attempts: AttemptTable
    discounts: DiscountTable
    database: Database
    vault: Vault
    trail: Trail

    def tray(self, school: str) -> TrayTable:
        """What lies in people's hands at this school."""
        return TrayTable(self.database, self.submissions, self.trail, school)

    def rekey(self) -> int:
        """Seal all names and identifiers with the keyring's current key. Returns how many values changed."""
        return rekey(self.database, self.vault)

    def close(self) -> None:
        self.database.engine.dispose()


def open_store(url: str, keyring: Keyring, *, clock: Clock, random: Random = os.urandom) -> Store:
    """Open a migrated database. `StoreProblem`: NO_, OLD_, NEW_SCHEMA, WRONG_KEY, MISSING_KEY and what else fails."""
    engine = make_engine(url)
    vault = Vault(keyring, random)
    try:
        check_schema(engine)
        _prove_keys(Database(engine, clock), vault)
    except StoreProblem:
        engine.dispose()
        raise
    return _assemble(Database(engine, clock), vault, random)


def _assemble(database: Database, vault: Vault, random: Random) -> Store:
    trail = Trail(random)
    return Store(
        leases=LeaseTable(database),
        ledger=LedgerTable(database, trail),
        submissions=SubmissionTable(database, trail, vault),
        plans=PlanTable(database, trail),
        decisions=DecisionTable(database, trail),
        runs=RunTable(database),
        mappings=MappingTable(database, trail),
        rosters=RosterTable(database, trail, vault, random),
        pins=PinTable(database, trail),
        grants=GrantTable(database, trail),
        audit=AuditTable(database, trail),
        accounts=AccountTable(database, trail, random),
        looks=LookTable(database),
        feeds=FeedTable(database),
        jobs=JobTable(database, random),
        schedules=ScheduleTable(database, trail, random),
        buckets=BucketTable(database),
        addresses=AddressTable(database, trail, vault),
        deadlines=DeadlineTable(database, trail),
        overview=OverviewTable(database),
        statements=StatementTable(database),
        documents=DocumentTable(database),
        credentials=CredentialTable(database),
        platforms=PlatformTable(database, trail),
        lti_keys=KeyTable(database, trail, vault),
        logins=LoginTable(database),
        invitations=InvitationTable(database, trail, random),
        cases=CaseTable(database),
        faces=FaceTable(database, trail, vault),
        visits=VisitTable(database, vault, random),
        materials=MaterialTable(database, trail),
        tokens=TokenTable(database, vault),
        passbacks=PassbackTable(database, trail),
        attempts=AttemptTable(database, trail),
        discounts=DiscountTable(database, trail),
        database=database,
        vault=vault,
        trail=trail,
    )


def _prove_keys(database: Database, vault: Vault) -> None:
    with database.read() as connection:
        fresh = vault.prove(connection)
    if fresh:
        with database.write() as connection:
            connection.execute(sa.insert(vault_keys), fresh)
