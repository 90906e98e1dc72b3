export * from "@gradloom/datasets/digits";
