/* SPDX-License-Identifier: MIT */
/*
 * The rest level of who is never quiet for 2 s before the first rep: who breathes deeply or fidgets would lose the whole
 * set, while a lift is ten times as much. Guessed is what the load keeps to for PELVIS_REST_FLAT_NS; until the first rep
 *
 *     a guess that was taken with the pelvis up, or pressing, gives way to a clearly lower one, and so does a level that
 *         was quiet, but that of who was up before "go" and stayed there,
 *     a guess that was taken with one foot gives way, when the load was quiet on a higher level and a lift adds to that.
 *
 * After the first rep the rest level is followed as any other is (pelvis.c). Forces are then as good as the guess: to a
 * breath, and nothing is published as the set's B.
 */
#ifndef GYMSTATION_CORE_PELVIS_GUESS_H
#define GYMSTATION_CORE_PELVIS_GUESS_H

#include "daemon/core/detect/pelvis/pelvis.h"

/* With the pelvis down, before the first rep: takes the lower one, or what is quiet at last. */
void pelvis_guess_follow(struct pelvis *pelvis, int64_t t_ns);
/* With the pelvis up as it seems, u above the guess: true when only now it is, and the rest level was set right. */
bool pelvis_guess_higher(struct pelvis *pelvis, int64_t u_mn);
/* Up for too long is no touch-down: of a guess only where no quiet level has come in the time that the first rep has. */
bool pelvis_guess_sure(const struct pelvis *pelvis, int64_t t_ns);

#endif
