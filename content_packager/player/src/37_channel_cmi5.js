// cmi5 (Quartz, 1st edition): an assignable unit's side, §8–10.

const CMI5_CATEGORY = { id: "https://w3id.org/xapi/cmi5/context/categories/cmi5" };
const MOVEON_CATEGORY = { id: "https://w3id.org/xapi/cmi5/context/categories/moveon" };
const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
const PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress";

function cmi5Channel(data, tell) {
  const query = new URLSearchParams(location.search);
  if (!query.get("fetch") || !query.get("endpoint")) return null;
  const agent = JSON.parse(query.get("actor"));
  const activity = query.get("activityId");
  const registration = query.get("registration");
  const object = { objectType: "Activity", id: activity };
  let client = null;
  let launch = {};
  let normal = true;
  let said = {};

  // cmi5 defined statements carry the category; what else the unit says carries the template only (§9.6.2).
  function say(statement, categories, extensions) {
    const template = launch.contextTemplate || {};
    const activities = { ...template.contextActivities };
    if (categories.length) activities.category = [...(activities.category || []), ...categories];
    if (statement.object) activities.parent = [object];
    const context = { ...template, registration, contextActivities: activities };
    context.extensions = { ...template.extensions, ...extensions };
    client.say({ actor: agent, object, ...statement, context });
  }

  // One verdict in a session (§9.3): passed as soon as it is reached, failed only when the session ends without it.
  function judge(shot, ending) {
    const result = { duration: isoDuration(shot.seconds) };
    if (shot.completed && !said.completed) {
      said.completed = true;
      say({ verb: verb("completed"), result: { ...result, completion: true } }, [CMI5_CATEGORY, MOVEON_CATEGORY]);
    }
    // At most one passed in a registration, and no failed after it (§9.3.4, 9.3.5).
    if (shot.passed === null || said.passed || said.failed === shot.score) return;
    if (!shot.passed && !ending) return;
    if (shot.passed) said.passed = true;
    else said.failed = shot.score;
    const mastery = typeof launch.masteryScore === "number" ? { [MASTERY]: launch.masteryScore } : {};
    say(
      { verb: verb(shot.passed ? "passed" : "failed"), result: { ...result, success: shot.passed, ...scored(shot) } },
      [CMI5_CATEGORY, MOVEON_CATEGORY],
      mastery,
    );
  }

  function put(shot, ending) {
    if (!normal) return;
    judge(shot, ending);
    client.keep(JSON.stringify({ lesson: shot.states[0], said }));
  }

  return {
    name: "cmi5",
    listens: true,
    returnUrl: null,
    async open() {
      const token = await cmi5Token(query.get("fetch"));
      const endpoint = query.get("endpoint");
      client = xapiClient({ endpoint, authorization: `Basic ${token}`, agent, activity, registration, tell });
      launch = JSON.parse((await client.readState("LMS.LaunchData")) || "{}");
      await cmi5Preferences(endpoint, token, agent);
      normal = (launch.launchMode || "Normal") === "Normal";
      this.returnUrl = launch.returnURL || null;
      if (typeof launch.masteryScore === "number") data.passMark = launch.masteryScore * 100;
      const kept = await client.resume();
      const box = kept ? JSON.parse(kept) : {};
      said = box.said || {};
      say({ verb: verb("initialized") }, [CMI5_CATEGORY]);
      await client.flush();
      return { state: box.lesson || "", mode: normal ? "normal" : "review" };
    },
    answered(answer) {
      if (normal) say(answeredStatement(answer, activity, data.language), []);
    },
    save(shot) {
      put(shot, false);
      client.flush();
    },
    close(shot) {
      put(shot, true);
      const progress = shot.completed ? {} : { extensions: { [PROGRESS]: Math.min(99, Math.floor(shot.progress * 100)) } };
      say({ verb: verb("terminated"), result: { duration: isoDuration(shot.seconds), ...(normal ? progress : {}) } }, [
        CMI5_CATEGORY,
      ]);
      client.leave();
    },
  };
}

// The fetch URL answers once; a page that is loaded again in the same tab lives on the token it got then (§8.2).
async function cmi5Token(url) {
  const key = `cmi5:${url}`;
  const kept = safely(() => sessionStorage.getItem(key));
  if (kept) return kept;
  const answer = await (await fetch(url, { method: "POST" })).json();
  if (!answer["auth-token"]) throw new Error(`fetch ${answer["error-code"]}`);
  safely(() => sessionStorage.setItem(key, answer["auth-token"]));
  return answer["auth-token"];
}

// To be asked for before initialized (§11); our pages have one language and no sound that starts by itself.
async function cmi5Preferences(endpoint, token, agent) {
  const query = new URLSearchParams({ profileId: "cmi5LearnerPreferences", agent: JSON.stringify(agent) });
  const headers = { Authorization: `Basic ${token}`, "X-Experience-API-Version": XAPI_VERSION };
  await fetch(`${endpoint.replace(/\/?$/, "/")}agents/profile?${query}`, { headers, cache: "no-store" });
}
