/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups in the smaller Unicode tables: classes, composition, look-alikes. */
#include "src/text/unicode.h"

enum {
    L_BASE = 0x1100,
    V_BASE = 0x1161,
    T_BASE = 0x11A7,
    S_BASE = 0xAC00,
    L_COUNT = 19,
    V_COUNT = 21,
    T_COUNT = 28,
    S_COUNT = L_COUNT * V_COUNT * T_COUNT,
};

uint8_t wn_uc_order_of(uint32_t cp)
{
    size_t lo = 0, hi = wn_uc_order_count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (wn_uc_orders[mid].cp < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < wn_uc_order_count && wn_uc_orders[lo].cp == cp ? wn_uc_orders[lo].order : 0;
}

static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    if (first - L_BASE < L_COUNT && second - V_BASE < V_COUNT)
        return S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT;
    if (first - S_BASE < S_COUNT && (first - S_BASE) % T_COUNT == 0 && second > T_BASE &&
        second - T_BASE < T_COUNT)
        return first + second - T_BASE;
    return 0;
}

uint32_t wn_uc_compose(uint32_t first, uint32_t second)
{
    size_t lo = 0, hi = wn_uc_pair_count;

    while (lo < hi) {
        size_t            mid = lo + (hi - lo) / 2;
        const wn_uc_pair *p = &wn_uc_pairs[mid];

        if (p->first < first || (p->first == first && p->second < second))
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < wn_uc_pair_count && wn_uc_pairs[lo].first == first && wn_uc_pairs[lo].second == second)
        return wn_uc_pairs[lo].whole;
    return compose_hangul(first, second);
}

bool wn_uc_decompose(uint32_t cp, uint32_t *first, uint32_t *second)
{
    if (cp - S_BASE < S_COUNT) {
        uint32_t s = cp - S_BASE, t = s % T_COUNT;

        *first = t ? cp - t : L_BASE + s / (V_COUNT * T_COUNT);
        *second = t ? T_BASE + t : V_BASE + s / T_COUNT % V_COUNT;
        return true;
    }
    for (size_t i = 0; i < wn_uc_pair_count; i++) {
        if (wn_uc_pairs[i].whole == cp) {
            *first = wn_uc_pairs[i].first;
            *second = wn_uc_pairs[i].second;
            return true;
        }
    }
    return false;
}

const char *wn_uc_latin(uint32_t cp)
{
    size_t lo = 0, hi = wn_uc_look_count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (wn_uc_looks[mid].cp < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < wn_uc_look_count && wn_uc_looks[lo].cp == cp ? wn_uc_looks[lo].latin : NULL;
}
