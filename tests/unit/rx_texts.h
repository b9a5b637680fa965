/* SPDX-License-Identifier: MIT */
/* Prescriptions that several tests use: see rig_prescribe(). Short, so that answers can be worked out by hand. */
#ifndef GYMSTATION_TESTS_RX_TEXTS_H
#define GYMSTATION_TESTS_RX_TEXTS_H

/* A rep of 4 s, of which the last second is the pause; 2 sets of 2-3 reps on the floor: cued, nothing to see. */
#define TEMPO_4 "'tempo':{'con_s':1,'top_s':1,'ecc_s':1,'bottom_s':1}"
#define FLOOR_SETS(side, sets, more)                                                                                   \
    "{'exercise':'banded_curl','side':'" side "','contact':'floor','anchor':'live','sets':" #sets                      \
    ",'reps_min':2,'reps_max':3," TEMPO_4 ",'rest_s':20,'rest_side_s':10,'rest_item_s':30,'prep_s':5" more "}"
#define FLOOR(side, more) FLOOR_SETS(side, 2, more)
/* The same on the box with a live band: the box sees that somebody stands on it, and no reps. */
#define LIVE(more)                                                                                                     \
    "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'live','sets':2,'reps_min':2,'reps_max':"        \
    "3," TEMPO_4 ",'rest_s':20,'prep_s':5,'leave_s':3" more "}"
/* Two sets of two holds of 5 s at 100 N, 6 s apart. */
#define HOLDS(more)                                                                                                    \
    "{'exercise':'iso_heel_dig','side':'left','holds':2,'hold_s':5,'hold_rest_s':6,'ramp_s':1,'settle_s':0,'grace_s':" \
    "1,"                                                                                                               \
    "'target':{'kind':'N','value':100,'band_pct':10},'sets':2,'rest_s':20,'prep_s':5" more "}"
/* A dead-anchored curl: measured. */
#define DEAD(more)                                                                                                     \
    "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':2,'reps_min':2,'reps_max':3,"      \
    "'tempo':{'con_s':1.5,'top_s':1,'ecc_s':3,'bottom_s':1},'rest_s':20,'prep_s':5,'leave_s':3" more "}"
#define RX(ask, items)     "'rev':1,'ask':[" ask "],'items':[" items "]"
#define RX_REV(rev, items) "'rev':" #rev ",'ask':[],'items':[" items "]"

#endif
