const adjectives =
  "amber ancient bold brave bright brisk calm careful clever cosmic crimson curious daring eager early fancy fearless gentle glad golden happy honest humble jolly keen kind lively loyal lucky mellow merry mighty modest nimble noble patient polite proud quick quiet radiant rapid robust royal shiny silent silver smart snappy solid steady sunny swift tidy tricky vivid warm wise witty zesty".split(
    " ",
  );
const nouns =
  "alpaca badger beaver bison buffalo camel caribou cheetah condor cougar crane dolphin eagle falcon ferret finch fox gazelle gecko giraffe heron ibex iguana jackal jaguar kestrel koala lemur leopard lizard lynx magpie marmot marten moose narwhal ocelot octopus orca osprey otter owl panda panther pelican penguin puffin puma quail rabbit raven salmon seal sparrow starling stork swan tapir tiger toucan turtle walrus weasel wombat yak zebra".split(
    " ",
  );

const pick = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] ?? "";

/** A name to remember a run by, such as `tricky-otter`. */
export const randomName = (): string => `${pick(adjectives)}-${pick(nouns)}`;
