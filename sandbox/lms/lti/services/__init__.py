"""mod/lti/services.php: NRPS 2.0, AGS 2.0 and tool settings, one file each, behind one dispatcher (`dispatch`)."""
