"""The web-service functions that this site serves, with the parameters that each takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.lms import courses, people, scores
from sandbox.lms.params import OPTIONAL, Listing, Scalar, Single
from sandbox.lms.site import Caller

_COURSE = Single({"courseid": Scalar("int")})
_FEATURES = {
    "usecomments": 1,
    "usetags": 1,
    "enablenotes": 1,
    "messaging": 1,
    "enableblogs": 1,
    "enablecompletion": 1,
    "enablebadges": 1,
    "messagingallusers": 0,
    "enablecustomreports": 1,
    "enableglobalsearch": 0,
    "mnet_dispatcher_mode": 0,
    "enablecompetencies": 1,
}


@dataclass(frozen=True)
class Function:
    parameters: Single
    run: Callable[[Caller, dict[str, Any]], Any]


def get_site_info(caller: Caller, _args: dict[str, Any]) -> dict[str, Any]:
    """The start-up check of every client: `functions` are those that this token can really call."""
    site, user, settings = caller.site, caller.user, caller.site.settings
    allowed = sorted(SERVED) if caller.token.functions is None else caller.token.functions
    return {
        "sitename": settings.sitename,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": site.full_name(user, last_first=settings.names_last_first),
        "lang": settings.lang,
        "userid": user.id,
        "siteurl": settings.url,
        "userpictureurl": f"{settings.url}/theme/image.php/boost/core/{settings.themerev}/u/f1",
        "functions": [{"name": name, "version": settings.version} for name in allowed],
        "downloadfiles": 1,
        "uploadfiles": 1,
        "release": settings.release,
        "version": settings.version,
        "mobilecssurl": "",
        "advancedfeatures": [{"name": name, "value": value} for name, value in _FEATURES.items()],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 67108864,
        "userhomepage": 1,
        "userprivateaccesskey": "SECRET",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": False,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }


SERVED: dict[str, Function] = {
    "core_webservice_get_site_info": Function(
        Single({"serviceshortnames": Listing(Scalar("alphanumext"), default=[])}), get_site_info
    ),
    "core_course_get_courses": Function(
        Single({"options": Single({"ids": Listing(Scalar("int"), default=OPTIONAL)}, default={})}), courses.get_courses
    ),
    "core_course_get_courses_by_field": Function(
        Single({"field": Scalar("alpha", ""), "value": Scalar("raw", "")}), courses.get_courses_by_field
    ),
    "core_course_get_categories": Function(
        Single(
            {
                "criteria": Listing(Single({"key": Scalar("alpha"), "value": Scalar("raw")}), default=[]),
                "addsubcategories": Scalar("bool", True),
            }
        ),
        courses.get_categories,
    ),
    "core_course_get_updates_since": Function(
        Single(
            {
                "courseid": Scalar("int"),
                "since": Scalar("int"),
                "filter": Listing(Scalar("alphanum"), default=[]),
            }
        ),
        courses.get_updates_since,
    ),
    "core_group_get_course_groups": Function(_COURSE, courses.get_course_groups),
    "core_group_get_group_members": Function(Single({"groupids": Listing(Scalar("int"))}), courses.get_group_members),
    "core_enrol_get_enrolled_users": Function(
        Single(
            {
                "courseid": Scalar("int"),
                "options": Listing(Single({"name": Scalar("alphanumext"), "value": Scalar("raw")}), default=[]),
            }
        ),
        people.get_enrolled_users,
    ),
    "core_user_get_users_by_field": Function(
        Single({"field": Scalar("alpha"), "values": Listing(Scalar("raw"))}), people.get_users_by_field
    ),
    "core_grades_get_gradable_users": Function(
        Single({"courseid": Scalar("int"), "groupid": Scalar("int", 0), "onlyactive": Scalar("bool", False)}),
        people.get_gradable_users,
    ),
    "core_grades_get_gradeitems": Function(_COURSE, scores.get_grade_items),
    "core_grades_get_grade_tree": Function(_COURSE, scores.get_grade_tree),
    "gradereport_user_get_grade_items": Function(
        Single({"courseid": Scalar("int"), "userid": Scalar("int", 0), "groupid": Scalar("int", 0)}),
        scores.get_user_grade_items,
    ),
}
