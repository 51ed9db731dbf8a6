/* SPDX-License-Identifier: Apache-2.0 */
/* Marks used by the public headers: linkage, symbol visibility and compiler checks. */
#ifndef WINNOW_EXPORT_H
#define WINNOW_EXPORT_H

#ifdef __cplusplus
#define WN_BEGIN_DECLS extern "C" {
#define WN_END_DECLS }
#else
#define WN_BEGIN_DECLS
#define WN_END_DECLS
#endif

#if defined(__GNUC__) || defined(__clang__)
#define WN_API __attribute__((visibility("default")))
#define WN_NODISCARD __attribute__((warn_unused_result))
#define WN_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define WN_API
#define WN_NODISCARD
#define WN_PRINTF(f, a)
#endif

#endif
