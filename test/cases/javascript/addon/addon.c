#include <node_api.h>
#include <stddef.h>
#include <time.h>

static napi_value crash(napi_env env, napi_callback_info info) {
  *(volatile int *)8 = 1;
  return NULL;
}

/* Runs for so many milliseconds, as native code does: nothing interrupts it. */
static napi_value block(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  double ms = 0;
  struct timespec now, end;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_double(env, argument, &ms);
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (time_t)(ms / 1000);
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "crash", NAPI_AUTO_LENGTH, crash, NULL, &function);
  napi_set_named_property(env, exports, "crash", function);
  napi_create_function(env, "block", NAPI_AUTO_LENGTH, block, NULL, &function);
  napi_set_named_property(env, exports, "block", function);
  return exports;
}
