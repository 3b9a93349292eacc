#include "models/edge/web_acl.hpp"

#include <algorithm>
#include <array>

#include "models/platform/law.hpp"

namespace lifeboat::models::edge {
namespace {

using sim::Duration;
using sim::Law;

constexpr std::string_view kRateRules =
    "AWS documentation, rate-based rule statement, and AWS API reference, RateBasedStatement, as "
    "of 2026-08";

constexpr io::Choice<bool> kKeys[] = {
    {"IP", true, "each client's address by itself; addresses shared by many are not modelled"},
    {"CONSTANT", false, "all requests together"}};
constexpr io::Choice<bool> kActions[] = {{"block", true, "refuse them (403)"},
                                         {"count", false, "count them and let them pass"}};
constexpr std::array<std::int64_t, 4> kWindows{60, 120, 300, 600};  // seconds

Duration read_window(io::ObjectReader& r) {
  const Duration standard = Duration::seconds(300);
  const Duration window = r.optional_duration(
      {"evaluationWindow", "the window that slides over its requests: 60, 120, 300 or 600 s",
       kRateRules},
      standard);
  const bool known = std::any_of(kWindows.begin(), kWindows.end(), [&](std::int64_t seconds) {
    return window == Duration::seconds(seconds);
  });
  if (known) return window;
  r.error("evaluationWindow", "AWS WAF has no window of " + io::to_text(window),
          "60 s, 120 s, 300 s or 600 s");
  return standard;
}

RateRuleSpec read_rule(std::string_view name, io::ObjectReader& r) {
  RateRuleSpec rule;
  rule.name = name;
  rule.limit =
      r.required_count({"limit", "requests of one key in the window above which it is listed"},
                       {.min = std::int64_t{10}, .max = std::int64_t{2'000'000'000}});
  rule.window = read_window(r);
  rule.per_client =
      r.optional_enum({"aggregateKeyType", "what is counted apart", kRateRules}, true, kKeys);
  rule.blocks = r.optional_enum({"action", "what is done to the listed keys' requests",
                                 "ours: a rule without an action would do nothing"},
                                true, kActions);
  rule.operations =
      r.strings({"scopeDown", "operations that it counts and acts on", "", "all of them"});
  rule.place = r.place_of("scopeDown");
  return rule;
}

}  // namespace

WebAclSpec read_web_acl_keys(io::ObjectReader& waf, bool global) {
  WebAclSpec spec;
  spec.bot_control = waf.optional_boolean(
      {"botControl", "inspect with the bot control rule group, at its price and delay",
       "AWS documentation, web ACL: no rule group unless chosen, as of 2026-11"},
      false);
  const Law plain = Law::lognormal_quantiles(Duration::milliseconds(1), Duration::milliseconds(5));
  const Law bots = Law::lognormal_quantiles(Duration::milliseconds(3), Duration::milliseconds(15));
  spec.inspection = optional_law(
      waf,
      {"inspection", "inline delay of one request",
       "guess: p50 1 ms, p99 5 ms, with bot control 3 ms and 15 ms; widely reported, unpublished"},
      spec.bot_control ? bots : plain);
  spec.fail_open = waf.optional_boolean(
      {"failOpen",
       "whether requests pass uninspected while the firewall cannot be reached (otherwise HTTP "
       "500)",
       "AWS documentation, load balancer attribute waf.fail_open.enabled, as of 2026-11; at "
       "CloudFront and API Gateway a guess"},
      false);
  spec.requests_per_second =
      waf.optional_rate(
             {"requestQuota",
              "requests that the web ACL inspects; more are refused before its rules",
              "AWS documentation, WAF quotas, copy of 2026: 100,000/s a regional web ACL; at "
              "CloudFront its own quota of a distribution, 250,000/s"},
             io::Rate{global ? 250'000.0 : 100'000.0}, io::positive<io::Rate>())
          .per_second;
  spec.action_lag = optional_law(
      waf,
      {"actionLag", "from a rule's look to its block, or the end of the block, at the client",
       "guess: uniform 5 s to 60 s; AWS documentation: up to 1 to 2 min"},
      Law::uniform(Duration::seconds(5), Duration::seconds(60)));
  spec.managed_rule_groups = waf.optional_count(
      {"managedRuleGroups", "rules and groups that match content: billed, never matching here",
       "AWS documentation, web ACL: no rule group unless chosen, as of 2026-11"},
      0, {.min = std::int64_t{0}, .max = std::int64_t{5000}});
  waf.map({"rules", "rate-based rules"}, [&](std::string_view name, io::ObjectReader& rule) {
    spec.rules.push_back(read_rule(name, rule));
  });
  return spec;
}

std::optional<WebAclSpec> read_web_acl(io::ObjectReader& reader, bool global) {
  std::optional<WebAclSpec> spec;
  reader.section({"waf", "an AWS WAF web ACL in front of it", "", "no firewall"},
                 [&](io::ObjectReader& waf) { spec = read_web_acl_keys(waf, global); });
  return spec;
}

void WebAcl::declare(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::RegionId region =
      site_.region.empty() ? sim::RegionId{} : sim::RegionId(site_.region_index);
  part_ = network.add_deployment(site_.service, region, true, "waf");
  inspect_ = network.declare_plan(site_.service + "/waf", part_);
  sim::Bucket quota;
  quota.name = name_of(site_) + "/waf/quota";
  quota.per_second = spec_.requests_per_second;
  quota.burst = std::max(1.0, spec_.requests_per_second);  // one second's requests
  quota_ = network.add_bucket(quota);
  for (const RateRuleSpec& rule : spec_.rules) (void)add_rule(compiler, rule, {});
}

sim::RateRuleId WebAcl::add_rule(Compiler& compiler, const RateRuleSpec& rule,
                                 sim::RegisterId limit) {
  sim::RateRule row;
  row.name = name_of(site_) + "/waf/" + rule.name;
  row.per_client = rule.per_client;
  row.blocks = rule.blocks;
  row.limit = rule.limit;
  row.limit_register = limit;
  row.window = rule.window;
  row.lag = compiler.network().add_law(spec_.action_lag);
  const sim::RateRuleId id = compiler.network().add_rate_rule(std::move(row));
  rules_.push_back({id, rule.operations, "waf/" + rule.name, rule.blocks});
  return id;
}

void WebAcl::define(Compiler& compiler) {
  sim::PlanBuilder plan = compiler.network().define(inspect_);
  plan.gate();
  plan.delay(compiler.network().add_law(spec_.inspection), "inspection");
  plan.finish();
}

void WebAcl::emit(sim::PlanBuilder& plan, std::string_view operation) const {
  plan.throttle(quota_);
  const auto unreachable = plan.label();
  const auto passed = plan.label();
  plan.call(inspect_, sim::CallPolicy{}, "waf", unreachable);
  for (const Rule& rule : rules_) {
    const auto& scope = rule.operations;
    const bool counts =
        scope.empty() || std::find(scope.begin(), scope.end(), operation) != scope.end();
    if (counts) plan.screen(rule.id, rule.step);
  }
  if (!spec_.fail_open) {
    plan.jump(passed);
    plan.place(unreachable);
    plan.fail(sim::Cause::kDependency);
  } else {
    plan.place(unreachable);
  }
  plan.place(passed);
}

void WebAcl::add_metrics(Handles& handles) const {
  std::vector<sim::RateRuleId> blocking;
  std::vector<sim::RateRuleId> counting;
  for (const Rule& rule : rules_) (rule.blocks ? blocking : counting).push_back(rule.id);
  const auto matched = [](const std::vector<sim::RateRuleId>& rules) {
    return [rules](sim::Control& control) {
      double sum = 0;
      for (const sim::RateRuleId rule : rules) {
        sum += static_cast<double>(control.rate_rule(rule).matched);
      }
      return sum;
    };
  };
  handles.metrics.push_back(
      {"blockedRequests", "1", "requests that rate-based rules blocked so far", matched(blocking)});
  handles.metrics.push_back({"countedRequests", "1",
                             "requests that rules with the action count have matched so far",
                             matched(counting)});
  handles.metrics.push_back({"listedClients", "1", "clients on the lists of its rules now",
                             [all = rules_](sim::Control& control) {
                               double sum = 0;
                               for (const Rule& rule : all) {
                                 sum += control.rate_rule(rule.id).listed;
                               }
                               return sum;
                             }});
}

}  // namespace lifeboat::models::edge
