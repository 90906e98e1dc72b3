import { branch, frozen, named, type Plugin, plugin, residual, sequential, share } from "@gradloom/core";

/** The layers of core that join other layers: every saved model may hold them. */
export const structure: Plugin = /*#__PURE__*/ plugin({
  name: "@gradloom/core",
  core: "*",
  provides: [sequential, branch, residual, share, frozen, named],
});
