// Reads a price book, strictly: every price has a unit and a source that the book names.
#include <utility>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/prices/price_book.hpp"
#include "models/prices/read_exact.hpp"

namespace lifeboat::models::prices {
namespace {

using io::ObjectReader;

/// A quantity in the item's unit; zero where the key is absent or wrong.
Quantity quantity_in(ObjectReader& r, const io::Parameter& p, const std::string& unit) {
  const auto read = maybe_quantity(r, p);
  if (!read) return {};
  if (!unit.empty() && !same_unit(read->unit, unit)) {
    r.error(p.name, "the price is for " + unit + ", not for " + read->unit,
            "a quantity in " + unit);
    return {};
  }
  return read->quantity;
}

void read_bands(ObjectReader& r, PriceItem& item) {
  r.objects(
      {"bands", "prices that change with the month's quantity, in order"},
      [&](std::size_t, ObjectReader& b) {
        PriceBand band;
        const auto price = required_price(b, {"price", "for each unit between the band's bounds"});
        if (price) {
          if (item.unit.empty()) item.unit = price->unit;
          if (!same_unit(item.unit, price->unit)) {
            b.error("price", "the bands before are for " + item.unit);
          }
          band.price = *price;
        }
        const auto bound = quantity_in(
            b, {"upTo", "where the band ends; all but the last have one", "", "no end"}, item.unit);
        if (b.describing()) return;
        if (b.has("upTo")) band.up_to = bound;
        if (!item.bands.empty()) {
          const auto& before = item.bands.back().up_to;
          if (!before || (band.up_to && *band.up_to <= *before)) {
            r.error("bands", "the bands do not ascend", "the last without \"upTo\"");
          }
        }
        item.bands.push_back(std::move(band));
      });
  if (!r.describing() && r.has("bands") && item.bands.empty()) r.error("bands", "no bands");
  if (!r.describing() && !item.bands.empty() && item.bands.back().up_to) {
    r.error("bands", "the last band ends", "the last without \"upTo\"");
  }
}

PriceItem read_item(ObjectReader& r, const std::string& name, const PriceBook& book) {
  PriceItem item;
  item.name = name;
  item.what = r.required_string({"what", "what is charged for, in a few words"});
  r.exactly_one_of({"price", "bands"});
  if (const auto price =
          maybe_price(r, {"price", R"(for one unit, or so many: "0.40 USD/1M queries")"})) {
    item.unit = price->unit;
    item.bands.push_back({std::nullopt, *price});
  }
  read_bands(r, item);
  item.free =
      quantity_in(r, {"free", "free each month, where a line takes it", "", "nothing"}, item.unit);
  item.minimum =
      quantity_in(r, {"minimum", "billed at least, each month", "", "no minimum"}, item.unit);
  item.increment = quantity_in(
      r, {"increment", "billed in whole multiples of this, rounded up", "", "any fraction"},
      item.unit);
  std::vector<std::string> known;
  for (const auto& [key, source] : book.sources) known.push_back(key);
  item.source = r.required_name_of({"source", "key among the book's sources"}, "source", known);
  item.guess =
      r.maybe_string({"guess", "range of a value without a published source", "", "it has one"})
          .value_or("");
  item.note = r.maybe_string({"note", "a sentence for people"}).value_or("");
  return item;
}

}  // namespace

PriceBook read_price_book(const io::Value& root, io::Problems& problems) {
  PriceBook book;
  ObjectReader r(root, problems);
  book.place = r.place();
  r.format("prices", 1);
  book.name = r.required_name({"name", "what bills call the book"});
  book.title = r.maybe_string({"title", "a few words for people"}).value_or("");
  book.code =
      r.required_string({"code", "AWS code of the region, as a platform states it, or \"global\""});
  book.date = r.required_string({"date", "when the book was put together"});
  r.map({"sources", "where prices come from, by a name of your own"},
        [&](std::string_view key, ObjectReader& s) {
          Source source;
          source.what = s.required_string({"what", "title, address, page"});
          source.date = s.required_string({"date", "date of the figures; \"undated\" if unknown"});
          book.sources.emplace(key, std::move(source));
        });
  const bool some =
      r.map({"prices", "by product; then by item, as bills refer to it: \"alb.hours\""},
            [&](std::string_view product, ObjectReader& p) {
              p.rest("an item and its price", [&](std::string_view key, ObjectReader& i) {
                const std::string name = std::string(product) + "." + std::string(key);
                book.items.emplace(name, read_item(i, name, book));
              });
            });
  if (!some && !r.describing()) r.error("prices", "missing: a book without prices");
  r.finish();
  return book;
}

io::Schema price_book_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_price_book(value, problems));
  });
}

}  // namespace lifeboat::models::prices
