"""The families of pages, one a line: a new one is added here."""

from flask import Blueprint

from bridge.web import (
    exports,
    health,
    holds,
    home,
    letters,
    library,
    local,
    lti,
    mapping,
    metrics,
    pupil,
    school,
    sheet,
    xapi,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    exports.bp,
    health.bp,
    holds.bp,
    home.bp,
    letters.bp,
    library.bp,
    local.bp,
    lti.bp,
    mapping.bp,
    metrics.bp,
    pupil.bp,
    school.bp,
    sheet.bp,
    xapi.bp,
)
