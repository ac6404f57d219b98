// Keeps the window of a lesson that may stand in no frame (cmi5 §8.1): opened by the learner's own press, brought to the
// front, noticed when it is closed, and closed when the lesson was opened elsewhere.
'use strict';

const NAME = 'lesson'; // one window: it is found again after this page was reloaded
const LAST_WORDS = 1000; // milliseconds that a goodbye may still be on its way

const part = (id) => document.getElementById(id);

let lesson = null, sitting = 0;

part('open').addEventListener('click', begin);
part('front').addEventListener('click', () => lesson.focus());
addEventListener('message', (event) => {
  if (event.source === lesson && event.origin === location.origin && event.data?.kind === 'launched') sitting = event.data.sitting;
});
setInterval(glance, 500);
setInterval(() => { if (lesson) look(); }, GLANCE);

function begin() {
  lesson = window.open('window', NAME);
  part('blocked').hidden = Boolean(lesson);
  if (!lesson) return;
  sitting = 0;
  lesson.focus();
  tell(config.words.window_is_open, config.words.window_again);
}

function glance() {
  if (!lesson || !lesson.closed) return;
  lesson = null;
  tell(config.words.window_closed, config.words.window_open);
  setTimeout(look, LAST_WORDS);
}

async function look() {
  if (!sitting) return; // not launched yet, or a preview
  const told = await ask('still', { sitting });
  say(told ? '' : config.words.offline);
  if (!told) return;
  if (told.code === 'OTHER_SITTING') {
    if (lesson) lesson.close();
    sitting = 0;
    clear(config.words.other_sitting);
  } else if (told.ended) {
    tell(config.words.window_ended, told.closed ? '' : config.words.window_again);
  }
}

// `again`: what the button says, nothing where the lesson can't be opened any more.
function tell(text, again) {
  if (!part('told')) return; // it was opened elsewhere, and there is nothing here but that
  part('told').textContent = text;
  part('open').textContent = again;
  part('open').hidden = !again;
  part('front').hidden = !lesson;
}
