// What both players share: the content's frame, and the line above it that says what is wrong.
'use strict';

const config = JSON.parse(document.getElementById('config').textContent);
const notice = document.getElementById('notice');
const place = document.getElementById('place');

function show(address) {
  const frame = document.createElement('iframe');
  frame.id = 'content';
  frame.title = place.dataset.title;
  frame.allow = 'autoplay; fullscreen';
  frame.src = address;
  place.append(frame);
}

// For good: this page has nothing more to say to the lesson.
function clear(why) {
  place.replaceChildren();
  say(why);
  parent.postMessage({ kind: 'stopped' }, config.pages);
}

function say(text) {
  notice.textContent = text;
  notice.hidden = !text;
}
