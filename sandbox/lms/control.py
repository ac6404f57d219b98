"""`/sandbox/…`: JSON over loopback for tests and demos. No part of Moodle."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.lms.lti.backdoor import add_door
from sandbox.lms.lti.platform import Platform
from sandbox.lms.records import Course, write_row
from sandbox.lms.site import Site


def control_blueprint(platform: Platform) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix="/sandbox")
    journal, site, faults, traffic = platform.journal, platform.site, platform.faults, platform.traffic
    add_door(control, platform)

    @control.post("/changes")
    def change() -> Response:
        """One change or a list of them."""
        body = request.get_json()
        outcomes = [journal.change(row) for row in (body if isinstance(body, list) else [body])]
        return jsonify(outcomes if isinstance(body, list) else outcomes[0])

    @control.get("/scores")
    def scores() -> Response:
        wanted = request.args.get("course", type=int)
        with site.lock:
            courses = [course for course in site.courses.values() if wanted in (None, course.id)]
            return jsonify([_course_scores(site, course) for course in courses])

    @control.get("/site")
    def whole_site() -> Response:
        with site.lock:
            return jsonify(site.to_json())

    @control.get("/faults")
    def show_faults() -> Response:
        return jsonify(faults.rows())

    @control.put("/faults")
    def switch_faults() -> Response:
        with site.lock:
            faults.switch(request.get_json())
        return jsonify(faults.rows())

    @control.get("/calls")
    def calls() -> Response:
        return jsonify({"total": traffic.calls.total(), "calls": traffic.calls, "bytes": traffic.sent})

    @control.delete("/calls")
    def forget_calls() -> Response:
        traffic.clear()
        return jsonify({})

    @control.errorhandler(LookupError)
    @control.errorhandler(ValueError)
    @control.errorhandler(TypeError)
    def refuse(error: Exception) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), 400

    return control


def _course_scores(site: Site, course: Course) -> dict[str, Any]:
    """What stands in the gradebook, without totals: for an oracle that wants to know what is true."""
    return {
        "course": course.id,
        "idnumber": course.idnumber,
        "fullname": course.fullname,
        "items": [write_row(item) for item in course.items if not item.is_total],
        "enrolments": [{**write_row(row), "idnumber": site.users[row.user].idnumber} for row in course.enrolments],
        "cells": [
            {"item": item, "user": user, **write_row(cell)}
            for item, column in course.cells.items()
            for user, cell in column.items()
        ],
    }
