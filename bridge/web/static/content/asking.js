// How the pages around a lesson of xAPI or cmi5 ask our host.
'use strict';

const GLANCE = 15000; // milliseconds: shorter than what a page may be silent before it counts as left

async function ask(path, said) {
  try {
    const reply = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(said) });
    return await reply.json();
  } catch { return null; }
}
