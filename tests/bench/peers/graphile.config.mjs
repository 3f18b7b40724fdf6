// PostGraphile as its page on production has it: the connections of a pool, no explorer, nothing watched or explained.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makeV4Preset } from "postgraphile/presets/v4";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const { PEER_HOST, PEER_PORT, PEER_DATABASE, PEER_USER, PEER_PASSWORD, PORT } = process.env;

export default {
  extends: [
    PostGraphileAmberPreset,
    makeV4Preset({ disableDefaultMutations: true, dynamicJson: true }), // the names that most clients know
    PostGraphileConnectionFilterPreset,
  ],
  pgServices: [
    makePgService({
      poolConfig: {
        host: PEER_HOST,
        port: Number(PEER_PORT),
        database: PEER_DATABASE,
        user: PEER_USER,
        password: PEER_PASSWORD || undefined,
        max: 10,
      },
      schemas: ["peers"],
    }),
  ],
  grafserv: {
    host: "127.0.0.1",
    port: Number(PORT),
    graphqlPath: "/graphql",
    graphiql: false,
    graphqlOverGET: false,
    watch: false,
    outputDataAsString: true,
  },
  grafast: { explain: false },
};
