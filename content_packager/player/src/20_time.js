// Durations in the two forms that the standards want.

// SCORM 1.2 CMITimespan, HHHH:MM:SS.SS
function timespan(seconds) {
  const hundredths = Math.round(seconds * 100);
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.floor(hundredths / 100);
  const hours = String(Math.min(9999, Math.floor(whole / 3600))).padStart(4, "0");
  return `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${two(hundredths % 100)}`;
}

// ISO 8601, as SCORM 2004 and xAPI have it; hundredths of a second at most.
function isoDuration(seconds) {
  return `PT${Math.round(seconds * 100) / 100}S`;
}
