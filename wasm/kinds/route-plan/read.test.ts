import { describe, expect, test } from 'vitest';
import type { RouteSpec } from './codec.ts';
import { tourLength } from './geometry.ts';
import { readRoute } from './read.ts';

const specOf = (request: unknown): RouteSpec => {
  const read = readRoute(request);
  if (!read.ok) throw new Error(`${read.error.code}: ${read.error.message}`);
  return read.value;
};

const tsp = (rows: string, weight = 'EUC_2D', dimension = 3): string =>
  `NAME : t\nTYPE : TSP\nDIMENSION: ${dimension}\nEDGE_WEIGHT_TYPE : ${weight}\nNODE_COORD_SECTION\n${rows}\nEOF\n`;

describe('a request for a route', () => {
  test('comes as pairs, euclid unless it says nint', () => {
    expect(
      specOf({
        stops: [
          [0, 0],
          [3, 4],
        ],
      }),
    ).toEqual({
      metric: 'euclid',
      stops: [
        [0, 0],
        [3, 4],
      ],
    });
    expect(
      specOf({
        stops: [
          [0, 0],
          [3, 4],
        ],
        metric: 'nint',
      }).metric,
    ).toBe('nint');
  });

  test('comes as latitudes and longitudes, in metres around their middle', () => {
    // one degree of latitude is 111.195 km on a sphere of mean radius
    const spec = specOf({
      stops: [
        { lat: 40, lon: -74 },
        { lat: 41, lon: -74 },
      ],
    });
    expect(tourLength(spec, [0, 1])).toBeCloseTo(2 * 111_195, -1);
    // the short way over the date line, at the equator
    const across = specOf({
      stops: [
        { lat: 0, lon: 179.5 },
        { lat: 0, lon: -179.5 },
      ],
    });
    expect(tourLength(across, [0, 1])).toBeCloseTo(2 * 111_195, -1);
  });

  test('comes as the text of a CSV file, with blank lines, quotes, CRLF or a byte order mark', () => {
    expect(specOf('x,y\n1,2\n\n3.5,-4e1\n').stops).toEqual([
      [1, 2],
      [3.5, -40],
    ]);
    expect(specOf('\uFEFF"x", "y"\r\n1 , 2\r\n3,4').stops).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(specOf('lat,lon\n40,-74\n40.1,-74\n').metric).toBe('euclid');
  });

  test('comes as a TSPLIB file, which is nint', () => {
    expect(specOf(tsp('1 0 0\n2 3 4\n 3 1.5e1 0'))).toEqual({
      metric: 'nint',
      stops: [
        [0, 0],
        [3, 4],
        [15, 0],
      ],
    });
  });

  test('may name a place twice, and 1,000 places', () => {
    expect(specOf('x,y\n1,2\n1,2\n').stops).toHaveLength(2);
    expect(specOf({ stops: Array.from({ length: 1000 }, (_, i) => [i, 0]) }).stops).toHaveLength(1000);
  });

  const many = Array.from({ length: 1001 }, (_, i) => [i, 0]);
  const pair = [1, 2];
  test.each([
    ['empty_file', '', 'empty'],
    ['empty_file', ' \n\n', 'empty'],
    ['empty_file', 'lat,lon\n', 'no stops'],
    ['bad_shape', null, 'Expected'],
    ['bad_shape', 7, 'Expected'],
    ['bad_shape', [[1, 2]], 'Expected'],
    ['bad_shape', {}, 'list'],
    ['bad_shape', { stops: 'here' }, 'list'],
    ['bad_shape', { stops: [pair, [1]] }, 'Stop 2'],
    ['bad_shape', { stops: [pair, [1, 2, 3]] }, 'Stop 2'],
    ['bad_shape', { stops: [pair, { lat: 1, lon: 2 }] }, 'Stop 2'],
    [
      'bad_shape',
      {
        stops: [
          { lat: 1, lon: 2 },
          { lat: 1, lon: 2, name: 'home' },
        ],
      },
      'Stop 2',
    ],
    ['bad_shape', 'name,lat\nhome,1\n', 'Line 1'],
    ['bad_shape', 'x,y\n1,2\n3\n', 'Line 3'],
    ['bad_shape', 'x,y\n1,2,3\n', 'Line 2'],
    ['bad_shape', tsp('1 0 0\n2 3 4'), 'DIMENSION 3'],
    ['unknown_field', { stops: [pair, pair], home: 1 }, 'home'],
    ['unknown_metric', { stops: [pair, pair], metric: 'manhattan' }, 'manhattan'],
    ['unknown_metric', tsp('1 0 0', 'GEO', 1), 'GEO'],
    ['not_a_number', { stops: [pair, [1, Number.NaN]] }, 'Stop 2'],
    ['not_a_number', { stops: [pair, [Infinity, 1]] }, 'Stop 2'],
    ['not_a_number', { stops: [pair, ['1', 2]] }, 'Stop 2'],
    ['not_a_number', { stops: [pair, [null, 2]] }, 'Stop 2'],
    ['not_a_number', { stops: [{ lat: 'north', lon: 2 }] }, 'Stop 1'],
    ['not_a_number', 'x,y\n1,2\nthree,4\n', 'Line 3'],
    ['not_a_number', 'x,y\n1,\n', 'Line 2'],
    ['not_a_number', 'lat,lon\nNaN,4\n', 'Line 2'],
    ['not_a_number', 'x,y\n1e999,4\n', 'Line 2'],
    ['not_a_number', 'x,y\n0x10,4\n', 'Line 2'],
    ['too_few_stops', { stops: [] }, 'got 0'],
    ['too_few_stops', { stops: [pair] }, 'got 1'],
    ['too_few_stops', 'x,y\n1,2\n', 'got 1'],
    ['too_many_stops', { stops: many }, '1,001'],
    ['too_many_stops', `x,y\n${many.map((stop) => stop.join(',')).join('\n')}`, '1,001'],
    ['too_many_stops', { stops: Array.from({ length: 1_000_000 }, () => pair) }, '1,000,000'],
    ['latitude_out_of_range', 'lat,lon\n40,1\n91,1\n', 'Line 3'],
    [
      'latitude_out_of_range',
      {
        stops: [
          { lat: 91, lon: 2 },
          { lat: 1, lon: 2 },
        ],
      },
      'Stop 1',
    ],
    ['longitude_out_of_range', 'lat,lon\n40,1\n40,-181\n', 'Line 3'],
    ['extent_too_large', 'lat,lon\n40,1\n60,1\n', '2,000 km'],
    [
      'extent_too_large',
      {
        stops: [
          [0, 0],
          [2e9, 0],
        ],
      },
      'Stop 2',
    ],
    ['extent_too_large', { stops: Array.from({ length: 1000 }, (_, i) => [i * 1e5, 0]), metric: 'nint' }, '2^31'],
  ])('is refused as %s (case %#)', (code, request, words) => {
    const read = readRoute(request);
    expect(read.ok ? 'accepted' : read.error.code).toBe(code);
    expect(read.ok ? '' : read.error.message).toContain(words);
  });
});
