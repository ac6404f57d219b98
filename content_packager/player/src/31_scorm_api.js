// The LMS's API object: in a parent, or in the opener and its parents. A frame of another site throws on touch.

function findScormApi(name) {
  return searchUp(window, name) || searchUp(safely(() => window.top.opener) || safely(() => window.opener), name);
}

function searchUp(start, name) {
  let frame = start;
  for (let depth = 0; frame && depth < 12; depth += 1) {
    const api = safely(() => frame[name]);
    if (api) return api;
    const parent = safely(() => frame.parent);
    if (!parent || parent === frame) return null;
    frame = parent;
  }
  return null;
}

function safely(work) {
  try {
    return work();
  } catch {
    return null; // another origin: nothing for us there
  }
}

// Writes only what has changed: an LMS answers each call over the network, or may.
function changedValues(set) {
  const written = new Map();
  return (name, value) => {
    const text = String(value);
    if (written.get(name) === text) return true;
    const taken = set(name, text);
    if (taken) written.set(name, text);
    return taken;
  };
}

// The longest form of the state that the LMS takes; a shorter one forgets texts, never marks.
function saveState(states, most, set) {
  return states.some((state) => state.length <= most && set(state));
}
