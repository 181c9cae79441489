/** By which words a person is found. */
import { describe, expect, it } from 'vitest';
import { nameWords, phoneWord, searchWords } from '../../domain/person/search-words.js';

describe('the words by which a person is found', () => {
  it.each([
    ['Жасырынов Құпиябек', ['жасырынов', 'купиябек']],
    ['  ҚҰПИЯБЕК   жасырынов ', ['купиябек', 'жасырынов']],
    ['Ёлкина-Сидорова А.', ['елкина', 'сидорова']],
    ['Synthetic Person', ['synthetic', 'person']],
    ['А. Б.', []],
  ])('of the name %s', (name, words) => {
    expect(nameWords(name)).toEqual(words);
  });

  it('are the same with and without the letters that only Kazakh has, composed or not', () => {
    expect(nameWords('Әнуарұлы')).toEqual(nameWords('Ануарулы'));
    expect(nameWords('Ёжик Йод'.normalize('NFD'))).toEqual(nameWords('Ёжик Йод'));
  });

  it('are the last digits of a telephone, however it is written', () => {
    expect(phoneWord('+7 (701) 555-66-77')).toBe('5556677');
    expect(phoneWord('8701 5556677')).toBe('5556677');
    expect(phoneWord('12345')).toBeUndefined();
  });

  it('are of their kind, and only of what is known', () => {
    expect(searchWords({ birthDate: '1990-01-01' })).toEqual([{ kind: 'birth', word: '1990-01-01' }]);
    expect(searchWords({ fullName: 'Synthetic', phone: '+7 700 111 22 33' })).toEqual([
      { kind: 'name', word: 'synthetic' },
      { kind: 'phone', word: '1112233' },
    ]);
  });
});
