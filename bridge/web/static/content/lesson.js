// Opens a lesson that speaks to the learning record store by itself (xAPI, cmi5), and stops when it was opened elsewhere.
'use strict';

let sitting = 0;

begin();

async function begin() {
  const told = await ask('launch', {});
  if (!told) { say(config.words.offline); return; }
  if (!told.url) { clear(told.says); return; }
  sitting = told.sitting;
  show(told.url);
  setTimeout(look, GLANCE);
}

async function look() {
  const told = await ask('still', { sitting });
  if (told && told.code === 'OTHER_SITTING') { clear(config.words.other_sitting); return; }
  say(told ? '' : config.words.offline);
  setTimeout(look, GLANCE);
}
