"""What a Moodle web service throws: each with the PHP class, the errorcode and the English text that 4.5.6 sends."""

from __future__ import annotations


class MoodleError(Exception):
    """Goes out as HTTP 200 with {"exception", "errorcode", "message"}; `debuginfo` only with debugging on."""

    def __init__(self, exception: str, *, message: str, errorcode: str | None = None, debuginfo: str | None = None):
        super().__init__(message)
        self.exception, self.errorcode, self.message, self.debuginfo = exception, errorcode, message, debuginfo

    def body(self, *, debug: bool) -> dict[str, str]:
        shown = debug and self.debuginfo is not None
        rows = {
            "exception": self.exception,
            "errorcode": self.errorcode,
            "message": f"{self.message} ({self.debuginfo})" if shown else self.message,
            "debuginfo": self.debuginfo if shown else None,
        }
        return {key: value for key, value in rows.items() if value is not None}


def invalid_token() -> MoodleError:
    return MoodleError(
        "core\\exception\\moodle_exception", errorcode="invalidtoken", message="Invalid token - token not found"
    )


def invalid_parameter(debuginfo: str) -> MoodleError:
    return MoodleError(
        "core\\exception\\invalid_parameter_exception",
        errorcode="invalidparameter",
        message="Invalid parameter value detected",
        debuginfo=debuginfo,
    )


def missing_record(table: str) -> MoodleError:
    return MoodleError(
        "dml_missing_record_exception",
        errorcode="invalidrecord",
        message=f"Can't find data record in database table {table}.",
    )


_REASONS = """Access to the function {}() is not allowed.
                     There could be multiple reasons for this:
                     1. The service linked to the user token does not contain the function.
                     2. The service is user-restricted and the user is not listed.
                     3. The service is IP-restricted and the user IP is not listed.
                     4. The service is time-restricted and the time has expired.
                     5. The token is time-restricted and the time has expired.
                     6. The service requires a specific capability which the user does not have.
                     7. The function is called with username/password (no user token is sent)
                     and none of the services has the function to allow the user.
                     These settings can be found in Administration > Site administration
                     > Server > Web services > External services and Manage tokens."""


def access_denied(function: str) -> MoodleError:
    return MoodleError(
        "webservice_access_exception",
        errorcode="accessexception",
        message="Access control exception",
        debuginfo=_REASONS.format(function),
    )


def plain(errorcode: str, message: str) -> MoodleError:
    return MoodleError("core\\exception\\moodle_exception", errorcode=errorcode, message=message)


def site_maintenance() -> MoodleError:
    return plain("sitemaintenance", "The site is undergoing maintenance and is currently not available")


def account_suspended(username: str) -> MoodleError:
    return plain("wsaccessusersuspended", f"Refused web service access for suspended username: {username}")


def not_enrolled() -> MoodleError:
    return MoodleError(
        "core\\exception\\require_login_exception",
        errorcode="requireloginerror",
        message="Course or activity not accessible.",
        debuginfo="Not enrolled",
    )


def course_context_refused(course: int) -> MoodleError:
    reason = f"(course id:{course}). The context error message was: Course or activity not accessible."
    return plain("errorcoursecontextnotvalid", f"You cannot execute functions in the course context {reason}")


def capability_missing(name: str) -> MoodleError:
    return MoodleError(
        "core\\exception\\required_capability_exception",
        errorcode="nopermissions",
        message=f"Sorry, but you do not currently have permissions to do that ({name}).",
    )


def invalid_user() -> MoodleError:
    return MoodleError("dml_missing_record_exception", errorcode="invaliduser", message="Invalid user")
