// First in the window of a lesson that may stand in no frame: it launches, and goes to the lesson. Its address leads to no
// attempt and is not this page's, so that who copies it from the bar gives nothing away.
'use strict';

begin();

async function begin() {
  say(config.words.opening);
  const told = await ask('launch', {});
  if (!told || !told.url) { say(told ? told.says : config.words.no_answer); return; }
  if (opener) opener.postMessage({ kind: 'launched', sitting: told.sitting }, location.origin);
  if (new URL(told.url).origin !== location.origin) opener = null; // another site gets no hold of the page that keeps it
  location.replace(told.url);
}
