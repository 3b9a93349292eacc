#include "reports/text/bill_text.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

using models::prices::Bill;
using models::prices::BillCategory;
using models::prices::BillLine;
using models::prices::BillPart;
using models::prices::BillTotal;
using models::prices::Cents;
using models::prices::Quantity;
using models::prices::to_text;

constexpr std::size_t kMoney = 12;  // of an amount, in columns
// Side by side: where a quantity and its amount end.
constexpr std::size_t kQuantity = 9;
constexpr std::size_t kDeclaredEnd = 54;
constexpr std::size_t kSimulatedEnd = 78;

std::string exchange_words(Cents dollars, std::int64_t rate_micro, std::string_view code) {
  return fmt::format("{} {} a month, at {} {} for a dollar",
                     to_text(models::prices::exchanged(dollars, rate_micro)), code,
                     to_text(Quantity{rate_micro}), code);
}

/// What a quantity rests on: nothing where it is published.
std::string_view mark_of(const BillLine& line) {
  if (line.basis == "derived") return "d";
  if (line.basis == "fitted") return "f";
  if (line.basis == "guess") return "g";
  return "";
}

/// "0.40 USD/1M queries" without what the quantity says already: "0.40/1M".
std::string price_words(const BillLine& line) {
  const std::string& text = line.price_text;
  std::string words = text.substr(0, text.find(' '));
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    const std::string_view per = std::string_view{text}.substr(slash + 1);
    const std::size_t blank = per.find(' ');
    if (blank != std::string_view::npos) words += "/" + std::string{per.substr(0, blank)};
  }
  if (line.bands) words += "+";
  return line.guess.empty() ? words : words + "*";
}

std::string factors_words(const BillLine& line) {
  std::string quantity = exact_words(line.declared) + " " + line.unit;
  if (line.billed != line.declared) quantity += " (" + exact_words(line.billed) + " billed)";
  return quantity + " x " + price_words(line);
}

class BillWriter {
 public:
  BillWriter(const Bill& bill, const BillTextOptions& options)
      : bill_(bill), options_(options), both_(bill.hours.has_value()) {}

  std::string write() {
    totals();
    for (const BillPart& one : bill_.parts) part(one);
    legend();
    unbilled();
    return std::move(out_);
  }

 private:
  /// Without blanks at its end.
  void line(std::string_view text = {}) {
    out_ += text.substr(0, text.find_last_not_of(' ') + 1);
    out_ += '\n';
  }
  void paragraph(std::string_view text, std::size_t indent = 0) {
    for (const std::string& one : wrap(text, kColumns - indent)) {
      line(std::string(indent, ' ') + one);
    }
  }

  void totals() {
    line(strong(fmt::format("{}: {} USD a month, {} USD a year", options_.platform,
                            to_text(bill_.total.declared), to_text(bill_.total.declared * 12)),
                options_.colours));
    for (const auto& other : bill_.exchange) {
      const bool given = std::any_of(options_.exchange.begin(), options_.exchange.end(),
                                     [&](const auto& one) { return one.first == other.first; });
      if (!given) line("  " + exchange_words(bill_.total.declared, other.second, other.first));
    }
    for (const auto& [code, rate] : options_.exchange) {
      line("  " + exchange_words(bill_.total.declared, rate, code));
    }
    if (both_) {
      paragraph(
          fmt::format("Simulated: {} USD a month, {} measured and scaled to 730 h. Lines "
                      "without a meter count with what is declared.",
                      to_text(bill_.total.simulated), duration_words(*bill_.hours * 3600)));
    }
    if (bill_.apart.declared > Cents{}) {
      paragraph(fmt::format("Kept apart: {} USD a month, listed at the end.",
                            to_text(bill_.apart.declared)));
    }
  }

  /// A name and its totals at the right.
  void total_row(std::string_view name, std::size_t indent, BillTotal total, bool stands_out) {
    const std::size_t end = both_ ? kDeclaredEnd : kColumns - 2;
    std::string text = std::string(indent, ' ') + pad(name, end - indent - kMoney);
    text += pad_left(to_text(total.declared), kMoney);
    if (both_) text += pad_left(to_text(total.simulated), kSimulatedEnd - kDeclaredEnd);
    line(strong(text, stands_out && options_.colours));
  }

  void part(const BillPart& part) {
    line();
    total_row(part.title, 0, part.total, true);
    if (!part.apart.empty()) paragraph("No part of the total: " + part.apart + ".", 2);
    published(part);
    if (both_) {
      line();
      line(pad_left("declared", kDeclaredEnd - kMoney) + pad_left("USD", kMoney) +
           pad_left("simulated", kSimulatedEnd - kDeclaredEnd - kMoney) + pad_left("USD", kMoney));
    }
    for (const BillCategory& one : part.categories) category(one);
  }

  void published(const BillPart& part) {
    if (!part.published_monthly) return;
    std::string text = fmt::format("Published: {} USD a month", to_text(*part.published_monthly));
    if (part.published_yearly) text += fmt::format(", {} a year", to_text(*part.published_yearly));
    const Cents off = part.total.declared - *part.published_monthly;
    if (off != Cents{}) {
      text += fmt::format("; a month is off by {}.", to_text(off));
    } else if (part.published_yearly && *part.published_yearly != part.total.declared * 12) {
      text += fmt::format("; 12 months are {}.", to_text(part.total.declared * 12));
    } else {
      text += "; the lines sum to it.";
    }
    paragraph(text + " " + part.source + ".", 2);
  }

  void category(const BillCategory& category) {
    line();
    total_row(category.title, 0, category.total, true);
    if (category.published && *category.published != category.total.declared) {
      paragraph(fmt::format("published: {}, off by {}", to_text(*category.published),
                            to_text(category.total.declared - *category.published)),
                2);
    }
    for (const auto& service : category.services) {
      total_row(service.title, 2, service.total, false);
      for (const BillLine& one : service.lines) both_ ? side_by_side(one) : declared(one);
    }
  }

  void declared(const BillLine& one) {
    constexpr std::size_t kTitle = 30;
    constexpr std::size_t kFactors = 33;
    const std::string factors = factors_words(one);
    const std::string end =
        pad_left(to_text(one.declared_cost), kMoney - 1) + " " + std::string{mark_of(one)};
    const bool fits = columns(one.title) < kTitle && columns(factors) <= kFactors;
    if (!fits) line("    " + one.title);
    if (columns(factors) <= kFactors) {
      line("    " + pad(fits ? one.title : "", kTitle) + pad(factors, kFactors) + end);
    } else {
      line(pad_left(factors, 4 + kTitle + kFactors) + end);
    }
  }

  void side_by_side(const BillLine& one) {
    constexpr std::size_t kTitle = kDeclaredEnd - 4 - kQuantity - kMoney;
    const std::vector<std::string> title = wrap(one.title, kTitle);
    std::string text = "    " + pad(title.empty() ? "" : title.front(), kTitle);
    text += pad_left(rounded_words(one.declared), kQuantity);
    text += pad_left(to_text(one.declared_cost), kMoney);
    text += pad_left(one.simulated ? rounded_words(*one.simulated) : "not metered",
                     kSimulatedEnd - kDeclaredEnd - kMoney);
    text += pad_left(to_text(one.simulated_cost), kMoney);
    line(text + " " + std::string{mark_of(one)});
    for (std::size_t i = 1; i < title.size(); ++i) line("      " + title[i]);
  }

  void legend() {
    line();
    paragraph(
        "Quantities: d derived from what is published, f fitted so that a sum comes out as "
        "published, g guessed, otherwise published. Prices: * has no published source, + changes "
        "with the quantity. Units, sources and notes: --format json.");
  }

  void unbilled() {
    if (bill_.unbilled.empty()) return;
    line();
    line("Metered, and on no line:");
    for (const auto& use : bill_.unbilled) {
      const std::string where = use.region.empty() ? "" : "@" + use.region;
      line(fmt::format("  {} {} {}", pad(use.service + where + "." + use.meter, 46),
                       pad_left(rounded_words(models::prices::to_quantity(use.quantity)), 10),
                       use.unit));
    }
  }

  const Bill& bill_;
  const BillTextOptions& options_;
  bool both_;
  std::string out_;
};

}  // namespace

std::string bill_text(const Bill& bill, const BillTextOptions& options) {
  return BillWriter(bill, options).write();
}

std::string category_table(const Bill& bill) {
  std::string text = fmt::format("  {} {} {}\n", pad("USD a month", 44),
                                 pad_left("declared", kMoney), pad_left("simulated", kMoney));
  const auto row = [&](std::string_view name, BillTotal total) {
    text += fmt::format("  {} {} {}\n", pad(name, 44), pad_left(to_text(total.declared), kMoney),
                        pad_left(to_text(total.simulated), kMoney));
  };
  for (const BillPart& part : bill.parts) {
    if (!part.apart.empty()) continue;
    for (const BillCategory& category : part.categories) row(category.title, category.total);
  }
  row("in all", bill.total);
  for (const BillPart& part : bill.parts) {
    if (!part.apart.empty()) row("apart: " + part.title, part.total);
  }
  return text;
}

std::string exact_words(Quantity quantity) {
  constexpr std::int64_t kUnit = 1'000'000;
  const std::int64_t micro = quantity.micro;
  if (micro >= kUnit * 1'000'000 && micro % (kUnit * 1'000'000) == 0) {
    return to_text(Quantity{micro / 1'000'000}) + "M";
  }
  if (micro >= kUnit * 10'000 && micro % (kUnit * 1'000) == 0) {
    return to_text(Quantity{micro / 1'000}) + "k";
  }
  return to_text(quantity);
}

std::string rounded_words(Quantity quantity) {
  const double value = models::prices::to_double(quantity);
  if (value >= 999'950) return number_words(value / 1e6) + "M";
  if (value >= 99'995) return number_words(value / 1e3) + "k";
  return number_words(value);
}

}  // namespace lifeboat::reports
