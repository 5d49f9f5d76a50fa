/**
 * The model behind `POST /predict`: which iris a flower is, by the species whose mean measurements are nearest. The same
 * measurements always give the same answer; what are none give a 400 that says why.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** In centimetres. */
type Flower = Readonly<Record<Feature, number>>;
type Feature = (typeof FEATURES)[number];

const FEATURES = ['sepalLength', 'sepalWidth', 'petalLength', 'petalWidth'] as const;

/** The means of the 50 flowers of each species in Fisher's data of 1936. */
const MEANS = {
  setosa: { sepalLength: 5.006, sepalWidth: 3.428, petalLength: 1.462, petalWidth: 0.246 },
  versicolor: { sepalLength: 5.936, sepalWidth: 2.77, petalLength: 4.26, petalWidth: 1.326 },
  virginica: { sepalLength: 6.588, sepalWidth: 2.974, petalLength: 5.552, petalWidth: 2.026 },
} as const satisfies Record<string, Flower>;

/** No petal or sepal of an iris is longer. */
const LONGEST = 30;

/** What API Gateway calls with each request. */
export async function handler({ body }: Pick<APIGatewayProxyEvent, 'body'>): Promise<APIGatewayProxyResult> {
  const flower = readFlower(body);
  return typeof flower === 'string' ? answer(400, { message: flower }) : answer(200, predict(flower));
}

function predict(flower: Flower): { species: string; distances: Record<string, number> } {
  const measured = Object.entries(MEANS).map(([species, mean]) => ({ species, distance: distance(flower, mean) }));
  const nearest = measured.reduce((best, one) => (one.distance < best.distance ? one : best));
  return {
    species: nearest.species,
    distances: Object.fromEntries(measured.map((one) => [one.species, Number(one.distance.toFixed(3))])),
  };
}

const distance = (one: Flower, other: Flower) =>
  Math.hypot(...FEATURES.map((feature) => one[feature] - other[feature]));

/** The flower, or what is wrong with the text. */
function readFlower(text: string | null): Flower | string {
  const given = parse(text);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return `Send a JSON object with ${FEATURES.join(', ')}, each a number of centimetres.`;
  const stranger = Object.keys(given).find((name) => !FEATURES.some((feature) => feature === name));
  if (stranger !== undefined) return `"${stranger.slice(0, 40)}" is not one of ${FEATURES.join(', ')}.`;
  const flower = given as Partial<Record<Feature, unknown>>;
  const wrong = FEATURES.find((feature) => !isLength(flower[feature]));
  return wrong ? `${wrong} must be a number of centimetres, more than 0 and at most ${LONGEST}.` : (flower as Flower);
}

const isLength = (value: unknown) => typeof value === 'number' && value > 0 && value <= LONGEST;

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const answer = (statusCode: number, value: object): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
