/** The version of what the metadata of our files mean. */
export const formatVersion = "1";
