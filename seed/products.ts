import type { ProductDoc } from '#models/product';

/** Describes a product of the demo town; price in paise for one. */
export interface TownProduct {
  readonly sku: string;
  readonly names: ProductDoc['names'];
  readonly category: string;
  readonly artwork: string;
  readonly soloPrice: number;
}

const product = (
  sku: string,
  category: string,
  rupees: number,
  [en, hi, hinglish]: readonly [string, string, string],
  artwork = sku,
): TownProduct => ({
  sku,
  category,
  artwork,
  soloPrice: rupees * 100,
  names: { en, hi, 'hi-Latn': hinglish },
});

/** Lists what the shops of the demo town sell. */
export const TOWN_PRODUCTS: readonly TownProduct[] = [
  product('atta', 'groceries', 260, ['Wheat flour 5 kg', 'आटा 5 किलो', 'Atta 5 kilo']),
  product('rice', 'groceries', 420, ['Basmati rice 5 kg', 'बासमती चावल 5 किलो', 'Basmati chawal 5 kilo']),
  product('oil', 'groceries', 310, ['Mustard oil 2 litres', 'सरसों का तेल 2 लीटर', 'Sarson ka tel 2 litre']),
  product('dal', 'groceries', 290, ['Toor dal 2 kg', 'अरहर दाल 2 किलो', 'Arhar dal 2 kilo']),
  product('ghee', 'groceries', 640, ['Desi ghee 1 litre', 'देसी घी 1 लीटर', 'Desi ghee 1 litre']),
  product('tea', 'snacks', 280, ['Tea leaves 500 g', 'चाय पत्ती 500 ग्राम', 'Chai patti 500 gram']),
  product('biscuits', 'snacks', 150, ['Biscuits, pack of 12', 'बिस्कुट, 12 का पैक', 'Biscuit, 12 ka pack']),
  product('soap', 'care', 180, ['Bath soap, pack of 6', 'नहाने का साबुन, 6 का पैक', 'Nahane ka sabun, 6 ka pack']),
  product('shampoo', 'care', 340, ['Herbal shampoo 650 ml', 'हर्बल शैम्पू 650 मिली', 'Herbal shampoo 650 ml']),
  product('sari', 'clothing', 1190, ['Cotton sari', 'सूती साड़ी', 'Suti saree']),
  product('kurta', 'clothing', 690, ['Cotton kurta', 'सूती कुर्ता', 'Suti kurta']),
  product('phone-case', 'gadgets', 299, ['Phone case', 'फ़ोन कवर', 'Phone cover']),
  product('lamp', 'gadgets', 549, ['Rechargeable lamp', 'रिचार्ज वाली लाइट', 'Recharge wali light']),
  product('pressure-cooker', 'kitchen', 1690, [
    'Pressure cooker 5 litres',
    'प्रेशर कुकर 5 लीटर',
    'Pressure cooker 5 litre',
  ]),
  product('toys', 'children', 399, ['Building blocks toy set', 'ब्लॉक खिलौना सेट', 'Block khilona set']),
  product('school-bag', 'children', 799, ['School bag', 'स्कूल बैग', 'School bag']),
];
