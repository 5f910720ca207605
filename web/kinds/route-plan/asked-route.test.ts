import { expect, test } from 'vitest';
import { must } from '../../../shared/assert.ts';
import { type AskedRoute, fitsThisPhone, lengthAsGiven, readAskedRoute, readRouteAnswer } from './asked-route.ts';
import { fitInto } from './fit-into.ts';
import { orderedText } from './ordered-text.ts';

function asked(text: string): AskedRoute {
  const read = readAskedRoute(text);
  return must(read.ok ? read.value : undefined, text);
}

test('what people paste: CSV, a list, the object the API takes', () => {
  for (const text of ['x,y\n0,0\n3,0\n3,4\n', '[[0,0],[3,0],[3,4]]', '{"stops":[[0,0],[3,0],[3,4]]}']) {
    const route = asked(text);
    expect(lengthAsGiven(route.spec)).toBe(12);
    expect(route.isMetres).toBe(false);
    expect(fitsThisPhone(route)).toBe(true);
  }
});

test('places on the Earth are measured in metres, whatever they came as', () => {
  expect(asked('lat,lon\n40.7,-74\n40.8,-74\n').isMetres).toBe(true);
  expect(asked('[{"lat":40.7,"lon":-74},{"lat":40.8,"lon":-74}]').isMetres).toBe(true);
});

test('what only begins like JSON is said to be that', () => {
  expect(readAskedRoute('[[1,2')).toMatchObject({ ok: false, error: { code: 'bad_json' } });
});

test('the order comes out in the asker’s own digits, and can be pasted again', () => {
  const order = [0, 2, 1];
  expect(orderedText(asked('lat,lon\r\n40.70,-74.0\r\n\r\n40.80,-74.0\r\n40.71,-74.0\r\n'), order)).toBe(
    'lat,lon\n40.70,-74.0\n40.71,-74.0\n40.80,-74.0\n',
  );
  expect(orderedText(asked('[{"lat":1,"lon":2},{"lat":3,"lon":4},{"lat":5,"lon":6}]'), order)).toBe(
    'lat,lon\n1,2\n5,6\n3,4\n',
  );
  expect(orderedText(asked('[[0,0],[3,0],[3,4]]'), order)).toBe('x,y\n0,0\n3,4\n3,0\n');
});

test('an answer from outside is looked at before it is drawn', () => {
  expect(readRouteAnswer({ length: 12, tour: [0, 1] })).toEqual({ length: 12, tour: [0, 1] });
  for (const bad of [undefined, null, {}, { length: '12', tour: [] }, { length: 1, tour: [0.5] }]) {
    expect(readRouteAnswer(bad)).toBeUndefined();
  }
});

test('a drawing holds every stop, even when all are in one place', () => {
  const inside = fitInto(
    [
      [0, 0],
      [10, 0],
      [5, 900],
    ],
    100,
    60,
    10,
  );
  for (const [x, y] of inside) {
    expect(x).toBeGreaterThanOrEqual(10);
    expect(x).toBeLessThanOrEqual(90);
    expect(y).toBeGreaterThanOrEqual(10);
    expect(y).toBeLessThanOrEqual(50);
  }
  expect(
    fitInto(
      [
        [5, 5],
        [5, 5],
      ],
      100,
      60,
      10,
    ),
  ).toEqual([
    [50, 30],
    [50, 30],
  ]);
});
