// Lets Node 20 run our TypeScript sources as Node >= 22.18 does natively; does nothing there.
if (!process.features.typescript) await import("tsx");
