"""The stand-in Moodle as an LTI 1.3 Advantage platform: mod_lti of a 4.5.6, its pages, services and quirks."""
