export * from "@gradloom/formats/node";
