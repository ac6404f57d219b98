// xAPI content launched as Tin Can packages are: endpoint, auth, actor, registration and activity_id in the query.

function tincanChannel(data, tell) {
  const query = new URLSearchParams(location.search);
  if (!query.get("endpoint") || !query.get("actor")) return null;
  const activity = query.get("activity_id") || data.iri;
  const agent = oneAgent(JSON.parse(query.get("actor")));
  const registration = query.get("registration");
  const client = xapiClient({
    endpoint: query.get("endpoint"),
    authorization: query.get("auth") || "",
    agent,
    activity,
    registration,
    tell,
  });
  const object = { objectType: "Activity", id: activity, definition: { name: { [data.language]: data.title } } };
  let said = {};

  function say(statement) {
    const context = registration ? { registration } : {};
    const inside = statement.object ? { contextActivities: { parent: [{ objectType: "Activity", id: activity }] } } : {};
    client.say({ actor: agent, object, ...statement, context: { ...context, ...inside, language: data.language } });
  }

  // Each verdict once, and again only when it has changed.
  function verdicts(shot) {
    const result = { duration: isoDuration(shot.seconds) };
    if (shot.completed && !said.completed) {
      say({ verb: verb("completed"), result: { ...result, completion: true, ...scored(shot) } });
    }
    if (shot.passed !== null && (said.passed !== shot.passed || said.score !== shot.score)) {
      say({ verb: verb(shot.passed ? "passed" : "failed"), result: { ...result, success: shot.passed, ...scored(shot) } });
    } else if (shot.passed === null && shot.score !== null && said.score !== shot.score) {
      say({ verb: verb("scored", "http://adlnet.gov/expapi/verbs/"), result: { ...result, ...scored(shot) } });
    }
    said = { completed: said.completed || shot.completed, passed: shot.passed, score: shot.score };
  }

  function put(shot) {
    verdicts(shot);
    client.keep(JSON.stringify({ lesson: shot.states[0], said }));
  }

  return {
    name: "tincan",
    listens: true,
    async open() {
      const kept = await client.resume();
      const box = kept ? JSON.parse(kept) : {};
      said = box.said || {};
      say({ verb: verb("initialized") });
      client.flush();
      return { state: box.lesson || "", mode: "normal" };
    },
    answered(answer) {
      say(answeredStatement(answer, activity, data.language));
    },
    save(shot) {
      put(shot);
      client.flush();
    },
    close(shot) {
      put(shot);
      say({ verb: verb("terminated"), result: { duration: isoDuration(shot.seconds) } });
      client.leave();
    },
  };
}

function scored(shot) {
  return shot.score === null ? {} : { score: scoreResult(shot.score) };
}

// Older LMSs send each property of the actor as a list.
function oneAgent(actor) {
  const first = (value) => (Array.isArray(value) ? value[0] : value);
  const agent = { objectType: "Agent" };
  for (const name of ["name", "mbox", "mbox_sha1sum", "openid", "account"]) {
    if (actor[name]) agent[name] = first(actor[name]);
  }
  if (agent.account?.accountServiceHomePage) {
    agent.account = { homePage: agent.account.accountServiceHomePage, name: agent.account.accountName };
  }
  return agent;
}
